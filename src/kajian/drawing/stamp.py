"""A word stamped on a finished figure, such as SIMULASI, on a strip of its own above it."""

from __future__ import annotations

from matplotlib.artist import Artist
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from matplotlib.transforms import Affine2D

from kajian.drawing.style import BODY, CONTRAST, MM_PER_INCH, page_mm, text_mm, theme
from kajian.errors import MethodError

STRIP_MM = 5.0
BOX_MM = 3.9  # height of the bordered box in the strip
MARGIN_MM = 0.6
PAD_MM = 1.4  # between the word and the border, left and right
WEIGHT = 700
GID = "stamp"


def stamp(figure: Figure, text: str) -> Figure:
    """Write a word in a bordered box at the top right corner, above all that is drawn.

    The page grows by a strip of 5 mm at its top; everything below keeps its size and its place
    on paper. A figure that already wears the word is left as it is.

    Parameters
    ----------
    figure
        A figure or map of this package. It is changed itself, since a figure cannot be copied.
    text
        One line, such as ``"SIMULASI"``.

    Returns
    -------
    matplotlib.figure.Figure
        The same figure.

    Raises
    ------
    MethodError
        When the text is empty, has several lines or is wider than the figure.
    """
    worn = [word.get_text() for word in figure.texts if word.get_gid() == GID]
    if text in worn:
        return figure
    width, height = page_mm(figure)
    lines = text.splitlines() or [""]
    box = text_mm(lines[0], BODY, WEIGHT)[0] + 2 * PAD_MM
    if not text.strip() or len(lines) > 1 or box + 2 * MARGIN_MM > width:
        raise MethodError(
            f"Cap '{text}' tidak dapat ditulis di atas gambar selebar {width:.0f} mm. "
            "Perbaikan: pakai satu baris yang pendek, misalnya SIMULASI."
        )
    _grow(figure, STRIP_MM)
    page = height + STRIP_MM
    left, low = width - MARGIN_MM - box, page - MARGIN_MM - BOX_MM
    with theme():
        figure.add_artist(
            Rectangle(
                (left / width, low / page),
                box / width,
                BOX_MM / page,
                facecolor="white",
                edgecolor=CONTRAST,
                linewidth=0.9,
                gid=GID,
            )
        )
        figure.text(
            (left + box / 2) / width,
            (low + BOX_MM / 2) / page,
            text,
            ha="center",
            va="center_baseline",
            fontsize=BODY,
            fontweight=WEIGHT,
            color=CONTRAST,
            gid=GID,
        )
    return figure


def _grow(figure: Figure, strip_mm: float) -> None:
    """Add room above a figure; axes and what stands on the page itself keep their millimetres."""
    width, height = page_mm(figure)
    share = height / (height + strip_mm)
    figure.set_size_inches(width / MM_PER_INCH, (height + strip_mm) / MM_PER_INCH)
    lower = Affine2D().scale(1, share)
    for axes in figure.axes:
        x, y, wide, high = axes.get_position(original=True).bounds
        axes.set_position((x, y * share, wide, high * share))
    for artist in (*figure.texts, *figure.patches, *figure.lines, *figure.artists):
        own = Artist.get_transform(artist)  # of a patch: without the step from its unit square
        if own.contains_branch(figure.transFigure):
            artist.set_transform(lower + own)
