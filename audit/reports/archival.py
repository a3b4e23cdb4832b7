"""Makes a WeasyPrint document one file of both PDF/A-3a (archiving) and PDF/UA-1 (accessibility).

WeasyPrint writes either; what it leaves open for the other is set here, on its objects, just before they are written.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from typing import Any, Final, Protocol, TypeAlias

from pydyf import PDF, Array, Dictionary, Stream, String

from audit.reports.packing import PackedFile

_XMP_HEAD: Final = (
    b'<?xpacket begin="\xef\xbb\xbf" id="W5M0MpCehiHzreSzNTczkc9d"?>\n<x:xmpmeta xmlns:x="adobe:ns:meta/">\n'
)
_XMP_TAIL: Final = b'\n</x:xmpmeta>\n<?xpacket end="r"?>'
_PDF_UA: Final = b"""<rdf:Description rdf:about="" xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/">\
<pdfuaid:part>1</pdfuaid:part></rdf:Description>
<rdf:Description rdf:about="" xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/"\
 xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#" xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">\
<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">\
<pdfaSchema:schema>PDF/UA Universal Accessibility Schema</pdfaSchema:schema>\
<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>\
<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix><pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource">\
<pdfaProperty:name>part</pdfaProperty:name><pdfaProperty:valueType>Integer</pdfaProperty:valueType>\
<pdfaProperty:category>internal</pdfaProperty:category>\
<pdfaProperty:description>Part of ISO 14289</pdfaProperty:description></rdf:li></rdf:Seq></pdfaSchema:property>\
</rdf:li></rdf:Bag></pdfaExtension:schemas></rdf:Description>"""

SIGNATURE_FIELD: Final = "OpenbookSignature"
_FIELD_NAME: Final = "Electronic signature of this report"
_PRINTED_AND_LOCKED: Final = 4 + 128  # annotation flags, ISO 32000-1 table 165

PdfObject = Any
"""An object of pydyf, which ships no types: a dictionary, a stream or an array with number and reference."""


class _Metadata(Protocol):
    def generate_rdf_metadata(self, variant: str, version: int, conformance: str) -> bytes: ...


class Rendered(Protocol):
    """What is used of WeasyPrint's document."""

    metadata: _Metadata


Finish: TypeAlias = "Callable[[Rendered, PDF], None]"
"""What WeasyPrint calls just before it writes the file."""


def finish(document: Rendered, pdf: PDF) -> None:
    """Set what both standards ask for; given to WeasyPrint as its finisher."""
    _Finisher(pdf).run(document.metadata.generate_rdf_metadata("a", 3, "A"))


def finish_for_signature(document: Rendered, pdf: PDF) -> None:
    """Finish the file and leave an empty field for the signature, so that signing changes nothing of the structure."""
    finisher = _Finisher(pdf)
    finisher.run(document.metadata.generate_rdf_metadata("a", 3, "A"))
    finisher.add_signature_field()


class _ExactStream(Stream):  # type: ignore[misc] # pydyf ships no types
    """A stream that ends with CR LF, so that data ending in CR keep their length (ISO 19005-3, 6.1.7.1).

    Its bytes are made once, although they are asked for twice: for the file's identifier and for the file.
    """

    @cached_property
    def data(self) -> bytes:
        written: bytes = super().data
        return written.removesuffix(b"\nendstream") + b"\r\nendstream"


class _PackedStream(_ExactStream):
    """An embedded file that was compressed before; it is written as pydyf would have written it."""

    def __init__(self, extra: Dictionary, compressed: bytes) -> None:
        super().__init__([compressed], extra)

    @cached_property
    def data(self) -> bytes:
        extra = Dictionary({**self.extra, "Filter": "/FlateDecode", "Length": len(self.stream[0])})
        return b"".join((extra.data, b"\nstream\n", self.stream[0], b"\r\nendstream"))


def embedding(files: Sequence[PackedFile], finisher: Finish) -> Finish:
    """Give a finisher that first puts packed files in the places that WeasyPrint made for them, in their order.

    WeasyPrint takes an attachment whole and compresses it when it writes; one of many megabytes is never held whole.
    """

    def finish_embedded(document: Rendered, pdf: PDF) -> None:
        places = [at for at, each in enumerate(pdf.objects) if _is_embedded(each)]
        for at, file in zip(places, files, strict=True):
            place = pdf.objects[at]
            place.extra["Params"].update({"CheckSum": f"<{file.md5}>", "Size": file.size})
            pdf.objects[at] = _PackedStream(place.extra, file.compressed)
            pdf.objects[at].number = at
        finisher(document, pdf)

    return finish_embedded


def padded(finisher: Finish, objects: int) -> Finish:
    """Give a finisher that first adds empty objects, which nothing refers to: another length, another last byte."""

    def finish_padded(document: Rendered, pdf: PDF) -> None:
        for _ in range(objects):
            pdf.add_object(Dictionary({}))
        finisher(document, pdf)

    return finish_padded


_PACKED: Final = re.compile(rb"/Type /(?:ObjStm|XRef)\b.*?\r\nendstream", re.DOTALL)


def has_clear_ends(pdf: bytes) -> bool:
    """Tell whether the streams that pydyf adds last, after ``finish``, end in other data than CR as well."""
    return not any(found.group().count(b"endstream") == 1 for found in _PACKED.finditer(pdf))


class _Finisher:
    """The objects of one file, by number."""

    def __init__(self, pdf: PDF) -> None:
        self.pdf = pdf
        self.objects: list[PdfObject] = pdf.objects
        root = self._follow(pdf.catalog["StructTreeRoot"])
        self.document = self._follow(root["K"][0])
        self.parents: list[PdfObject] = self._follow(root["ParentTree"])["Nums"]
        self.elements = [each for each in self.objects if _is(each, "/StructElem")]

    def run(self, rdf: bytes) -> None:
        """Finish the file."""
        self._identify(rdf)
        linked = self._linked()
        self._free_orphans([element for element in self.elements if element.number not in linked])
        self._scope_headers()
        self._name_glyphs()
        self._list_files_once()
        for each in self.objects:
            if _is(each, "/Annot"):
                each["F"] = 4  # printed, ISO 32000-1 table 165
        self._close_streams()

    def _list_files_once(self) -> None:
        """Name each attached file once among the document's own (ISO 19005-3, 6.8): WeasyPrint 70 names it twice."""
        files = self.pdf.catalog.get("AF")
        if files is not None:
            self.pdf.catalog["AF"] = Array(dict.fromkeys(files))

    def _close_streams(self) -> None:
        for at, stream in enumerate(self.objects):
            if isinstance(stream, Stream) and not isinstance(stream, _PackedStream):
                exact = _ExactStream(stream.stream, stream.extra, stream.compress)
                exact.number, exact.generation, exact.free = stream.number, stream.generation, stream.free
                self.objects[at] = exact

    def add_signature_field(self) -> None:
        """Put an invisible field on the last page, in the tree as a form (ISO 14289-1, 7.18.4)."""
        page_reference = self.pdf.page_references[-1]
        page, key = self._follow(page_reference), max(self.parents[0::2]) + 1
        name = String(_FIELD_NAME)
        widget = Dictionary({"Type": "/Annot", "Subtype": "/Widget", "FT": "/Sig", "TU": name, "Contents": name})
        widget.update({"T": String(SIGNATURE_FIELD), "F": _PRINTED_AND_LOCKED, "Rect": Array([0, 0, 0, 0])})
        widget.update({"P": page_reference, "StructParent": key})
        self.pdf.add_object(widget)
        link = Dictionary({"Type": "/OBJR", "Obj": widget.reference, "Pg": page_reference})
        self.pdf.add_object(link)
        form = Dictionary({"Type": "/StructElem", "S": "/Form", "K": Array([link.reference]), "Pg": page_reference})
        form.update({"P": self.document.reference, "Alt": name})
        self.pdf.add_object(form)
        self.document["K"].append(form.reference)
        self.parents.extend([key, form.reference])
        page.setdefault("Annots", Array()).append(widget.reference)
        page["Tabs"] = "/S"
        self.pdf.catalog["AcroForm"] = Dictionary({"Fields": Array([widget.reference]), "SigFlags": 0})

    def _follow(self, reference: object) -> PdfObject:
        text = reference if isinstance(reference, bytes) else str(reference).encode()
        return self.objects[int(text.split()[0])]

    def _identify(self, rdf: bytes) -> None:
        """Write one metadata packet, uncompressed, that names both standards (ISO 19005-3, 6.6.4; ISO 14289-1, 5)."""
        stream = self._follow(self.pdf.catalog["Metadata"])
        stream.stream = [_XMP_HEAD + rdf.replace(b"</rdf:RDF>", _PDF_UA + b"</rdf:RDF>") + _XMP_TAIL]
        stream.compress = False

    def _children(self, element: PdfObject) -> Iterator[PdfObject]:
        for child in element["K"]:
            if isinstance(child, bytes):
                found = self._follow(child)
                if _is(found, "/StructElem"):
                    yield found

    def _linked(self) -> set[int]:
        """Give the numbers of all elements that hang in the document's tree."""
        linked: set[int] = set()
        stack = [self.document]
        while stack:
            element = stack.pop()
            linked.add(element.number)
            stack.extend(self._children(element))
        return linked

    def _free_orphans(self, orphans: list[PdfObject]) -> None:
        """Turn running heads and feet, which hang in no tree, into artifacts and take their elements out."""
        marks: dict[int, set[int]] = {}
        place = {reference: at for at, reference in enumerate(self.pdf.page_references)}
        for element in orphans:
            marks.setdefault(place[element["Pg"]], set()).update(k for k in element["K"] if isinstance(k, int))
            # Emptied, not freed: pydyf counts freed objects in the cross-reference table, and every later place shifts.
            element.clear()
        for page, ids in marks.items():
            contents = self._follow(self._follow(self.pdf.page_references[page])["Contents"]).stream
            for at in range(1, len(contents) - 1):
                properties = contents[at]
                if contents[at + 1] == b"BDC" and isinstance(properties, Dictionary) and properties.get("MCID") in ids:
                    contents[at - 1] = "/Artifact"
                    contents[at] = Dictionary({"Type": "/Pagination"})
            owners = self.parents[2 * self.parents[0::2].index(page) + 1]
            for mark in ids:
                owners[mark] = "null"

    def _scope_headers(self) -> None:
        """Say of every header cell whether it heads its column or its row (ISO 14289-1, 7.5)."""
        for element in self.elements:
            if element.get("S") == "/TH":
                section = self._follow(self._follow(element["P"])["P"])
                scope = element.setdefault("A", Dictionary({"O": "/Table"}))
                scope["Scope"] = "/Column" if section.get("S") == "/THead" else "/Row"

    def _name_glyphs(self) -> None:
        """Give every glyph a character (ISO 19005-3, 6.2.11.7).

        Where several glyphs make up one cluster, as an accent over a letter, WeasyPrint gives the first of them the
        whole text and the others none; those get the word joiner, which is invisible.
        """
        for font in [each for each in self.objects if _is(each, "/Font") and "ToUnicode" in each]:
            table = self._follow(font["ToUnicode"]).stream
            table[:] = [line.removesuffix(b"<>") + b"<2060>" if line.endswith(b" <>") else line for line in table]


def _is_embedded(each: PdfObject) -> bool:
    return isinstance(each, Stream) and each.extra.get("Type") == "/EmbeddedFile"


def _is(each: PdfObject, kind: str) -> bool:
    return isinstance(each, Dictionary) and each.get("Type") == kind
