"""What every synthetic study needs: draws with the same digits everywhere, and pages.

How does a seed become the same bytes on every machine?
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from statistics import NormalDist

import numpy as np

from netcollab._files import write_atomically
from netcollab.errors import InputError

__all__ = [
    "Pages",
    "Row",
    "csv_page",
    "normal",
    "order",
    "rated",
    "refuse_to_replace",
    "study_pages",
    "write_pages",
]

Row = tuple[object, ...]
Pages = Mapping[str, str | bytes]


def normal(rng: np.random.Generator, *shape: int) -> np.ndarray:
    """Normal draws by inversion: the same digits wherever the uniform stream is.

    Examples
    --------
    >>> normal(np.random.Generator(np.random.PCG64(1)), 2).round(4)
    array([-0.0296, -1.6494])
    """
    quantile = np.vectorize(NormalDist().inv_cdf, otypes=[float])
    return np.asarray(quantile(1 - rng.random(shape)))


def order(rng: np.random.Generator, n: int) -> list[int]:
    """The numbers below n in random order.

    Examples
    --------
    >>> sorted(order(np.random.Generator(np.random.PCG64(1)), 4))
    [0, 1, 2, 3]
    """
    return [int(i) for i in np.argsort(rng.random(n), kind="stable")]


def rated(latent: np.ndarray) -> np.ndarray:
    """What is felt as it is answered: a whole number from 1 to 5.

    Examples
    --------
    >>> rated(np.array([-0.3, 2.6, 7.1]))
    array([1., 3., 5.])
    """
    return np.asarray(np.clip(np.rint(latent), 1, 5))


def csv_page(header: Sequence[str], rows: Iterable[Row]) -> str:
    """A table as text: comma, one header row, line feeds.

    Examples
    --------
    >>> csv_page(("actor", "name"), [("ks", "KS, Oslo")])
    'actor,name\\nks,"KS, Oslo"\\n'
    """
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    return text.getvalue()


def study_pages(
    name: str,
    manifest: str,
    columns: Mapping[str, Sequence[str]],
    rows: Mapping[str, Iterable[Row]],
    *,
    seed: int,
    effects: str,
) -> dict[str, str]:
    """The files of a study whose manifest is a page in this folder: name to text.

    Parameters
    ----------
    name
        Of the study.
    manifest
        The file beside this module.
    columns, rows
        Of each table.
    seed, effects
        What it was drawn with, for the first line of the manifest.
    """
    page = Path(__file__).with_name(manifest).read_text(encoding="utf-8")
    made = f"netcollab simulate {name} --seed {seed} --effects {effects}"
    return {"study.toml": f"# Synthetic. Written by: {made}\n{page}"} | {
        f"{table}.csv": csv_page(columns[table], told) for table, told in rows.items()
    }


def refuse_to_replace(folder: Path, pages: Pages) -> None:
    """Raise if the folder holds one of the files with other content.

    Raises
    ------
    InputError
        With one problem per file.
    """
    problems = [
        f"{folder / file} exists with other content; "
        "choose an empty folder, or overwrite it"
        for file, page in pages.items()
        if (folder / file).exists() and (folder / file).read_bytes() != _bytes(page)
    ]
    if problems:
        raise InputError(problems)


def write_pages(folder: Path, pages: Pages, *, overwrite: bool) -> None:
    """Write every page, or none where one would replace other content.

    Raises
    ------
    InputError
        If the folder holds one of the files with other content and `overwrite` is
        false.
    """
    if not overwrite:
        refuse_to_replace(folder, pages)
    for file, page in pages.items():
        write_atomically(folder / file, page)


def _bytes(page: str | bytes) -> bytes:
    return page.encode("utf-8") if isinstance(page, str) else page
