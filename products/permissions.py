"""What people may do with products."""

from flask_babel import lazy_gettext as _l

from app.core.access import Permission, Role

_A, _O, _T, _V = Role.COUNTY_ADMIN, Role.COUNTY_OFFICIAL, Role.TOWNSHIP_MANAGER, Role.VILLAGE_OPERATOR

PRODUCTS_READ = Permission("products.read", _l("查看产品"), {_A, _O, _T, _V})
PRODUCTS_EDIT = Permission("products.edit", _l("登记和修改产品、生产者"), {_A, _T, _V})
PRODUCTS_REVIEW = Permission("products.review", _l("审核、上架、改价"), {_A, _T})
PRODUCTS_IMPORT = Permission("products.import", _l("成批导入产品"), {_A})
STOCK_MANAGE = Permission("products.stock", _l("产品入库和盘点"), {_A, _T, _V})
PROBLEMS_READ = Permission("products.problems", _l("处理大家反映的问题"), {_A, _T})
