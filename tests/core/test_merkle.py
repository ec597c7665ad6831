"""Roots of the reference tests of Certificate Transparency, whose trees RFC 9162 takes over."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core import merkle

INPUTS = [
    bytes.fromhex(h)
    for h in ("", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f")
]
ROOTS = {
    1: "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    2: "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    3: "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    8: "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
}


@pytest.mark.parametrize("size", ROOTS)
def test_published_roots(size: int) -> None:
    assert merkle.root([merkle.leaf_hash(i) for i in INPUTS[:size]]).hex() == ROOTS[size]


def test_empty_tree() -> None:
    assert merkle.root([]) == hashlib.sha256(b"").digest()


@given(st.lists(st.binary(max_size=8), min_size=1, max_size=40), st.data())
def test_a_path_proves_its_leaf_and_no_other(contents: list[bytes], data: st.DataObject) -> None:
    leaves = [merkle.leaf_hash(c) for c in contents]
    index = data.draw(st.integers(0, len(leaves) - 1))
    path, root = merkle.inclusion_path(leaves, index), merkle.root(leaves)
    assert merkle.includes(leaves[index], index, len(leaves), path, root)
    assert not merkle.includes(merkle.leaf_hash(b"another" + contents[index]), index, len(leaves), path, root)
    assert not merkle.includes(leaves[index], index, len(leaves), [*path, b"\0" * 32], root)
