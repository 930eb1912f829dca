"""Figures leave the house: into files with reproducible bytes, or into a notebook."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
from IPython.core.interactiveshell import InteractiveShell
from IPython.display import publish_display_data
from matplotlib.axes import Axes
from matplotlib.figure import Figure, SubFigure

from netcollab._checks import check_choice, check_count
from netcollab._files import write_atomically
from netcollab.errors import InputError
from netcollab.report.style import theme

__all__ = ["alt_text", "describe", "picture_of", "save_figure", "show"]

_FORMATS = ("svg", "pdf", "png")
_NOTEBOOK_DPI = 120
_DECIMALS = 6
_MAKER = "netcollab"


def describe(ax: Axes, text: str) -> None:
    """Give a drawing the text that stands in for it where it cannot be seen.

    The text is the label of the Axes, which no legend shows.

    Examples
    --------
    >>> ax = Figure().add_subplot()
    >>> describe(ax, "Two actors, one tie.")
    >>> alt_text(ax)
    'Two actors, one tie.'
    """
    ax.set_label(text)


def alt_text(figure: Figure | Axes) -> str:
    """What a figure shows, in words; several drawings in their order.

    Parameters
    ----------
    figure
        A figure, or the Axes of one drawing in it.

    Returns
    -------
    str
        Empty when no drawing was described.
    """
    drawings = figure.axes if isinstance(figure, Figure) else [figure]
    texts = (str(ax.get_label()) for ax in drawings)
    return " ".join(text for text in texts if text and not text.startswith("<"))


def save_figure(
    figure: Figure | Axes,
    path: str | Path,
    *,
    formats: Sequence[str] = _FORMATS,
    dpi: int = 300,
) -> list[Path]:
    """Write a figure so that the same figure gives the same bytes.

    No date, no version and no random id is written; the alt text becomes the
    description in the file's metadata. A file is either whole or not there.

    Parameters
    ----------
    figure
        A figure, or any Axes of it.
    path
        With a suffix that is a format, that one file; else one file per format.
    formats
        Any of svg, pdf, png.
    dpi
        Dots per inch of a PNG.

    Returns
    -------
    list of Path
        The files, in the order of the formats.

    Raises
    ------
    UnknownNameError
        For another format.

    Examples
    --------
    >>> import tempfile
    >>> ax = Figure().add_subplot()
    >>> [path.name for path in save_figure(ax, Path(tempfile.mkdtemp()) / "empty")]
    ['empty.svg', 'empty.pdf', 'empty.png']
    """
    path = Path(path)
    check_count("dpi", dpi)
    if path.suffix.removeprefix(".").lower() in _FORMATS:
        formats = [path.suffix.removeprefix(".").lower()]
        path = path.with_suffix("")
    whole, text = _figure_of(figure), alt_text(_figure_of(figure))
    for kind in formats:
        check_choice("format", kind, _FORMATS)
    pictures = [_bytes(whole, kind, dpi, text) for kind in formats]
    return [
        write_atomically(path.with_name(f"{path.name}.{kind}"), picture)
        for kind, picture in zip(formats, pictures, strict=True)
    ]


def show(figure: Figure | Axes) -> None:
    """Show a figure once in a notebook, with its alt text, and close it.

    The picture is a PNG of 120 dots per inch. The alt text is the plain-text output,
    so that validating the notebook compares the description. Outside of a notebook
    only the text is printed.

    Parameters
    ----------
    figure
        A figure, or any Axes of it.
    """
    whole = _figure_of(figure)
    text = alt_text(whole)
    picture = picture_of(whole)
    plt.close(whole)
    if InteractiveShell.initialized():
        publish_display_data(  # type: ignore[no-untyped-call]  # IPython has no types here
            {"image/png": picture, "text/plain": text},
            metadata={"image/png": {"alt": text}},
        )
    else:
        print(text)


def picture_of(figure: Figure | Axes, *, dpi: int = _NOTEBOOK_DPI) -> bytes:
    """A figure as a PNG with its alt text, the same bytes for the same figure."""
    return _bytes(_figure_of(figure), "png", dpi, alt_text(_figure_of(figure)))


def _figure_of(figure: Figure | Axes) -> Figure:
    found: Figure | SubFigure | None = figure if isinstance(figure, Figure) else None
    if isinstance(figure, Axes):
        found = figure.get_figure(root=True)
    if not isinstance(found, Figure):
        raise InputError(f"a figure or Axes is needed, got {type(figure).__name__}")
    return found


def _bytes(figure: Figure, kind: str, dpi: int, text: str) -> bytes:
    metadata: dict[str, dict[str, str | None]] = {
        "svg": {"Date": None, "Creator": _MAKER, "Description": text},
        "pdf": {
            "CreationDate": None,
            "Creator": _MAKER,
            "Producer": _MAKER,
            "Subject": text,
        },
        "png": {"Software": _MAKER, "Description": text},
    }

    def drawn() -> bytes:
        buffer = io.BytesIO()
        figure.savefig(buffer, format=kind, dpi=dpi, metadata=metadata[kind])
        return buffer.getvalue()

    with theme():
        drawn()
        with _laid_out(figure):
            return drawn()


@contextmanager
def _laid_out(figure: Figure) -> Iterator[None]:
    """Keep the layout of the last drawing, rounded: earlier ones leave no trace."""
    engine = figure.get_layout_engine()
    figure.set_layout_engine("none")
    for ax in figure.axes:
        takes_part = ax.get_in_layout()
        ax.set_position(np.round(ax.get_position(original=True).bounds, _DECIMALS))
        ax.set_in_layout(takes_part)
    try:
        yield
    finally:
        figure.set_layout_engine(engine)
