"""Pages that belong to no single domain: the public face, the desk, verification, files, long work, health."""

from app.views.desk import desk_bp
from app.views.health import health_bp
from app.views.home import bp as home_bp
from app.views.jobs import jobs_bp

blueprints = [home_bp, desk_bp, jobs_bp, health_bp]
