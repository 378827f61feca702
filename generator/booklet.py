"""The pages of a handout, each half a sheet, become sheets to print on both sides, fold, and staple in the fold."""

from __future__ import annotations

import io
from collections.abc import Iterator

import pikepdf


def impose(data: bytes) -> bytes:
    """Two pages side by side on each side of a sheet, in saddle-stitch order.

    A booklet has four pages a sheet; where they do not come out even, its last page, the one for notes, is repeated.
    For print only: what a structure tree would say of a page is lost, and a plain handout says it better.
    """
    with pikepdf.open(io.BytesIO(data)) as laid_out, pikepdf.new() as sheets:
        pages = list(laid_out.pages)
        pages += [pages[-1]] * (-len(pages) % 4)
        _, _, width, height = (float(edge) for edge in pages[0].mediabox)
        for left, right in saddle(len(pages)):
            sheet = sheets.add_blank_page(page_size=(2 * width, height))
            # not with ``add_overlay``: it gives chance names, and no two files would be the same
            halves = {"/Left": pages[left - 1], "/Right": pages[right - 1]}
            forms = {name: sheets.copy_foreign(page.as_form_xobject()) for name, page in halves.items()}
            sheet.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(forms))
            sheet.Contents = sheets.make_stream(f"q /Left Do Q q 1 0 0 1 {width:g} 0 cm /Right Do Q".encode())
        sheets.docinfo["/Title"] = laid_out.docinfo["/Title"]
        sheets.Root.ViewerPreferences = pikepdf.Dictionary(Duplex=pikepdf.Name.DuplexFlipShortEdge)
        sheets.trailer.ID = pikepdf.Array([pikepdf.String(bytes(mark)) for mark in laid_out.trailer.ID])
        out = io.BytesIO()
        sheets.save(out, deterministic_id=True)
        return out.getvalue()


def saddle(pages: int) -> Iterator[tuple[int, int]]:
    """Which pages stand left and right on each side of each sheet, from the outermost: 8 and 1, 2 and 7, 6 and 3 …"""
    for side in range(pages // 2):
        outer, inner = pages - side, side + 1
        yield (outer, inner) if side % 2 == 0 else (inner, outer)
