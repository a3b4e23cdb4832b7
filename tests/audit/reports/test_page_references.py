"""What is kept of a file's pages is what pydyf would list, at every moment and for every file."""

from __future__ import annotations

from pydyf import PDF, Dictionary

from audit.reports.page_references import keep_page_references


def test_kept_references_are_those_that_pydyf_lists_as_pages_come_and_files_change() -> None:
    first, second = PDF(), PDF()
    listed = []
    for wanted in (0, 1, 1, 3):
        while first.pages["Count"] < wanted:
            first.add_page(Dictionary({}))
        second.add_page(Dictionary({}))
        expected = [first.page_references, second.page_references]
        with keep_page_references():
            for _ in range(2):
                assert [first.page_references, second.page_references] == expected
            listed.append(first.page_references)
            assert first.page_references is first.page_references  # not made again
    # pydyf numbers its own zero object, the tree of pages and the catalogue before the first page.
    assert listed[-1] == (b"3 0 R", b"4 0 R", b"5 0 R")


def test_pydyf_is_as_it_was_afterwards() -> None:
    before = PDF.__dict__["page_references"]
    with keep_page_references():
        assert PDF.__dict__["page_references"] is not before
    assert PDF.__dict__["page_references"] is before
