"""A network to look into: search, filter, follow ties, and see what is not known."""

from __future__ import annotations

import base64
import hashlib
import html
import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jinja2
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from IPython.core.interactiveshell import InteractiveShell
from IPython.display import publish_display_data
from matplotlib.image import imread, imsave

from netcollab._files import write_atomically
from netcollab.errors import InputError
from netcollab.networks import Network
from netcollab.report.explorer_data import page_data
from netcollab.report.figures import alt_text, picture_of
from netcollab.report.labels import (
    ambient_language,
    capitalized,
    label,
    phrases_of,
    word,
)
from netcollab.report.margins import note_text
from netcollab.report.persons import seen_by_others
from netcollab.report.sociograms import draw_network
from netcollab.report.stress import layout
from netcollab.report.style import PALETTE
from netcollab.report.ties import title_of

__all__ = ["Explorer", "explore"]

_TEMPLATES = Path(__file__).with_name("templates")
_HIGH_PX = 900
_HARMLESS = {
    ord(sign): f"\\u{ord(sign):04x}" for sign in ("<", ">", "&", "\u2028", "\u2029")
}


@dataclass(frozen=True)
class Explorer:
    """An interactive page and the picture that stands beside it.

    In a notebook both are shown: the page runs where the notebook is trusted, the
    picture is there always.

    Parameters
    ----------
    title
        Of the page.
    page
        HTML that asks for nothing outside of itself.
    picture
        A PNG of the same networks.
    alt
        The picture in words.
    notice
        What stands in the page's place where a notebook is not trusted.
    """

    title: str
    page: str
    picture: bytes
    alt: str
    notice: str

    def save(self, path: str | Path) -> list[Path]:
        """Write the page and, beside it, the picture.

        Parameters
        ----------
        path
            With or without the suffix .html; the picture has .png instead.

        Returns
        -------
        list of Path
            The page and the picture.

        Raises
        ------
        InputError
            For another suffix.
        """
        path = Path(path)
        if path.suffix.lower() != ".html":
            if path.suffix.lower() in {".htm", ".png", ".svg", ".pdf"}:
                raise InputError(f"an explorer is saved as .html, not {path.suffix}")
            path = path.with_name(f"{path.name}.html")
        return [
            write_atomically(path, self.page),
            write_atomically(path.with_suffix(".png"), self.picture),
        ]

    def __repr__(self) -> str:
        return f"Explorer({self.title!r})"

    def _repr_html_(self) -> str:
        """The page in a frame of its own; its inner text is for untrusted notebooks."""
        return (
            f'<iframe title="{html.escape(self.title)}" sandbox="allow-scripts" '
            f'style="width:100%;height:{_HIGH_PX}px;border:0" '
            f'srcdoc="{html.escape(self.page)}">'
            f"{html.escape(self.notice)}</iframe>"
        )

    def _ipython_display_(self) -> None:
        """Page and picture as two outputs: one of them is always shown."""
        if not InteractiveShell.initialized():
            print(self.alt)
            return
        publish_display_data(  # type: ignore[no-untyped-call]  # IPython has no types here
            {"text/html": self._repr_html_(), "text/plain": repr(self)}
        )
        publish_display_data(  # type: ignore[no-untyped-call]  # IPython has no types here
            {"image/png": self.picture, "text/plain": self.alt},
            metadata={"image/png": {"alt": self.alt}},
        )


def explore(
    networks: Network | Mapping[str, Network],
    *,
    color: str | None = None,
    attributes: Sequence[str] = (),
    names: str | None = None,
    positions: pd.DataFrame | None = None,
    show: Sequence[str] | None = None,
    title: str | None = None,
    note: str = "",
    site: str | None = None,
    wave: str | None = None,
    person_level: bool = False,
) -> Explorer:
    """An explorer of one network, or of several of the same actors.

    A reader searches an actor, chooses a relation and the least strength, follows ties
    in and out, reads measures with the reason where one is missing, and sees ties that
    are not known by reason. Everything is there for mouse, touch, keyboard and screen
    reader; the page needs no network.

    Parameters
    ----------
    networks
        A network; or networks by the name that a reader chooses them by: relations,
        waves. They share one layout.
    color
        Attribute shown by colour and shape.
    attributes
        Further attributes told of an actor. Sector, level, unit and kind are told
        always, and no others.
    names
        Attribute to call actors by; None: the display name, see `name_of`.
    positions
        Columns x and y per actor, as from `layout`; None: a layout for all networks.
    show
        Measures with a number per actor; None: degrees, strengths and betweenness.
    title
        None: that of the network, or "Networks".
    note
        A remark below the title; "synthetic" says so in the ambient language.
    site
        What readers call the place; None: the network's id of it.
    wave
        What readers call the wave in the picture, "" for none; None: the networks' ids.
    person_level
        True: actors that are persons have consented to be shown by name, as the
        manifest's `person_level` says.

    Returns
    -------
    Explorer
        Shown as it is in a notebook, `save` writes it.

    Raises
    ------
    InputError
        If there is no network, or the networks have not the same actors.
    UnknownNameError
        For an attribute the actors do not have, or a measure there is not.
    RefusedError
        If actors are persons and `person_level` is not given.

    Examples
    --------
    >>> told = pd.DataFrame([[0, 2], [None, 0]], ["nav", "ks"], ["nav", "ks"])
    >>> explore(Network.from_matrix(told, relation="trust"))
    Explorer('Trust')
    """
    layers = {
        name: seen_by_others(network, person_level=person_level)
        for name, network in _layers(networks).items()
    }
    first = next(iter(layers.values()))
    several = len(layers) > 1
    heading = title or (label("explorer.networks") if several else title_of(first))
    place = capitalized(word(first.site or "")) if site is None else site
    remarks = [place if place != heading else "", note_text(note)]
    stand = layout(list(layers.values())) if positions is None else positions
    picture, alt = _drawn(layers, stand, color, names, note, site, wave, person_level)
    data = page_data(
        layers,
        stand,
        color=color,
        attributes=attributes,
        names=names,
        show=show,
    )
    page = _page(heading, remarks, data)
    return Explorer(heading, page, picture, alt, label("explorer.untrusted"))


def _layers(networks: Network | Mapping[str, Network]) -> dict[str, Network]:
    """The networks by name, with the actors in the order of the first."""
    if isinstance(networks, Network):
        return {title_of(networks): networks}
    layers = {str(name): network for name, network in networks.items()}
    if not layers:
        raise InputError("explore needs at least one network")
    (name, first), *others = layers.items()
    for other, network in others:
        if not network.ties.index.equals(first.ties.index):
            raise InputError(
                f'the networks need the same actors in the same order: "{other}" has '
                f'others than "{name}"'
            )
    return layers


def _drawn(
    layers: Mapping[str, Network],
    stand: pd.DataFrame,
    color: str | None,
    names: str | None,
    note: str,
    site: str | None,
    wave: str | None,
    person_level: bool,
) -> tuple[bytes, str]:
    """Every network as a picture on the same places, one below the other; in words."""
    pictures, told = [], []
    for name, network in layers.items():
        ax = draw_network(
            network,
            color=color,
            names=names,
            positions=stand,
            title=name if len(layers) > 1 else None,
            note=note,
            site=site,
            wave=wave,
            person_level=person_level,
        )
        pictures.append(picture_of(ax))
        told.append(alt_text(ax))
        plt.close(ax.get_figure(root=True))
    alt = " ".join(told)
    return (pictures[0] if len(pictures) == 1 else _stacked(pictures, alt)), alt


def _stacked(pictures: Sequence[bytes], alt: str) -> bytes:
    """Pictures below each other, on white to the right of the narrower ones."""
    panels = [imread(io.BytesIO(picture), format="png") for picture in pictures]
    wide = max(panel.shape[1] for panel in panels)
    filled = [
        np.pad(panel, ((0, 0), (0, wide - panel.shape[1]), (0, 0)), constant_values=1.0)
        for panel in panels
    ]
    buffer = io.BytesIO()
    metadata = {"Software": "netcollab", "Description": alt}
    imsave(buffer, np.vstack(filled), format="png", metadata=metadata)
    return buffer.getvalue()


def _page(title: str, remarks: Sequence[str], data: dict[str, Any]) -> str:
    pages = jinja2.Environment(
        loader=jinja2.FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
    )
    pages.globals["label"] = label
    script = (_TEMPLATES / "explorer.js").read_text(encoding="utf-8")
    digest = base64.b64encode(hashlib.sha256(script.encode("utf-8")).digest())
    code = ambient_language()
    data = {**data, "palette": PALETTE, "words": phrases_of("explorer", code)}
    return pages.get_template("explorer.html.j2").render(
        language=code,
        title=title,
        remarks=[remark for remark in remarks if remark],
        style=(_TEMPLATES / "explorer.css").read_text(encoding="utf-8"),
        script=script,
        digest=digest.decode("ascii"),
        data=_harmless(data),
        layers=[layer["name"] for layer in data["layers"]],
    )


def _harmless(data: dict[str, Any]) -> str:
    """JSON that cannot end the element it stands in."""
    told = json.dumps(data, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return told.translate(_HARMLESS)
