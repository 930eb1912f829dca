"""Contribution analysis: does the evidence carry a theory of change, link by link?

Which links are well supported, which rival explanations stand, and where does a chain
break?
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

import pandas as pd

from netcollab._counted import Counted
from netcollab.errors import InputError, UnknownNameError
from netcollab.hypotheses.evidence import Evidence, equal_voices, evidence
from netcollab.hypotheses.hypothesis import Direction, Hypothesis, Verdict
from netcollab.hypotheses.theory import Link, Rival, TheoryOfChange
from netcollab.scales import construct_scores
from netcollab.study import LEAST_SHOWN, Study

__all__ = ["Contribution", "contribution"]

Status = Literal[
    "well supported",
    "weakly supported",
    "inconclusive",
    "contested",
    "untested",
    "contradicted",
]

_STRONGEST_FIRST: tuple[Status, ...] = (
    "well supported",
    "weakly supported",
    "inconclusive",
    "contested",
    "untested",
    "contradicted",
)
_VERDICTS: dict[Status, Verdict] = {
    "well supported": "supported",
    "weakly supported": "supported",
    "inconclusive": "inconclusive",
    "contested": "inconclusive",
    "untested": "not testable",
    "contradicted": "contradicted",
}
_KEY = "link under study"
_LINK_COLUMNS = (
    "cause",
    "effect",
    "n",
    "own",
    "score",
    "verdict",
    "rivals_standing",
    "rivals_open",
    "rivals_ruled_out",
    "status",
    "reads",
    "tags",
    "evidence_reason",
    "reason",
    "assumption",
)
_RIVAL_COLUMNS = ("link", "rival", "n", "own", "score", "verdict", "standing", "reason")


@dataclass(frozen=True, eq=False, repr=False)
class Contribution:
    """What the evidence says of each link, each rival and each chain of a theory.

    Parameters
    ----------
    theory
        The theory of change.
    links
        The contribution table, one row per link, indexed by its name: cause, effect,
        n (voices), own (with codings of their own), score (mean S in the claimed
        direction, -2 to 2, NaN without a voice), verdict (of `evidence_verdict`),
        rivals_standing, rivals_open and rivals_ruled_out (names joined by "; "),
        status, reads ("shows", or "consistent with" where codings only say how much
        there is of something), tags, evidence_reason (of the verdict alone), reason (of
        the status), assumption. ``.attrs["synthetic"]``: the data are invented.
    rivals
        One row per rival of a link: link, rival, n, own, score, verdict, standing
        ("stands", "ruled out", "open"), reason.
    chains
        One row per way from a first cause to a last effect, indexed by its elements:
        start, end, n_links, strength (the status of the weakest link), weakest (its
        name), verdict, reason.
    assumptions
        What was taken for granted on the way.
    """

    theory: TheoryOfChange
    links: pd.DataFrame
    rivals: pd.DataFrame
    chains: pd.DataFrame
    assumptions: tuple[str, ...]

    @property
    def claims(self) -> tuple[str, ...]:
        """The chains along which a contribution may be claimed."""
        supported = self.chains["verdict"] == "supported"
        return tuple(self.chains.index[supported])

    def summary(self) -> str:
        """The chains and their links in words, with what they cannot say."""
        lines = [f"{self.theory.name}: {len(self.links)} links, {self._chains()}"]
        for name, row in self.chains.iterrows():
            why = f": {row['reason']}" if row["reason"] else ""
            lines.append(f"  {name}  {row['verdict']}, {row['strength']}{why}")
        lines.append("Links")
        for name, row in self.links.iterrows():
            why = f": {row['reason']}" if row["reason"] else ""
            lines.append(f"  {name}  {row['status']}{why}")
            if row["rivals_ruled_out"]:
                lines.append(f"    ruled out: {row['rivals_ruled_out']}")
        lines.append("Limits")
        return "\n".join([*lines, *(f"  - {text}" for text in self.limits())])

    def limits(self) -> tuple[str, ...]:
        """What the statuses cannot say, whatever they are."""
        limits = {
            "A contribution is not an effect: nothing says what would have been "
            "without the activity.": True,
            "Only the rivals that were named have been looked at.": True,
            'Links that read "consistent with" rest on codings of how much there is, '
            "not of what brought it about.": (
                self.links["reads"] == "consistent with"
            ).any(),
            "On a link fewer than five voices were heard: what is told of it may tell "
            "what one of them said.": self.links["n"].between(1, LEAST_SHOWN - 1).any(),
        }
        assumed = [f"Assumed: {text}." for text in self.assumptions]
        return (*(text for text, holds in limits.items() if holds), *assumed)

    def __repr__(self) -> str:
        told = ", ".join(
            f"{name} {status}" for name, status in self.links["status"].items()
        )
        return f"Contribution({self.theory.name}: {told})"

    def _chains(self) -> str:
        count = len(self.chains)
        return f"{count} {'chain' if count == 1 else 'chains'}"


def contribution(study: Study, theory: TheoryOfChange) -> Contribution:
    """What a study's codings say of every link of a theory of change.

    The rule is fixed before the data. The codings of a link, and those of each of its
    rivals, get the verdict of `evidence_verdict`. A rival *stands* where its verdict is
    supported, is *ruled out* where it is contradicted and not fragile (no single voice
    less turns it), and is *open* otherwise, also where nothing was coded. The status of
    a link is the first that holds:

    - untested: nobody was coded in his own words;
    - contradicted: the verdict is contradicted;
    - contested: a rival stands;
    - inconclusive: the verdict is;
    - weakly supported: the verdict is supported and fragile or rests on the study's
      summary, or a rival is open;
    - well supported: the verdict is supported and every named rival is ruled out.

    A chain is as strong as its weakest link, in the order well supported, weakly
    supported, inconclusive, contested, untested, contradicted; its verdict is
    supported, supported, inconclusive, inconclusive, not testable, contradicted. So a
    contribution is claimed only along a chain none of whose links is contradicted,
    untested or undecided, and none of whose rivals stands.

    Parameters
    ----------
    study
        A study; organisations of all sites are voices.
    theory
        The links and their rivals.

    Raises
    ------
    InputError
        If the theory names hypotheses, constructs or spans that neither the codings
        nor the manifest know, with the closest name of each.

    References
    ----------
    Mayne, J. (2001). Addressing attribution through contribution analysis. Can. J.
    Program Eval. 16, 1-24. Mayne, J. (2012). Contribution analysis: Coming of age?
    Evaluation 18, 270-280.

    Examples
    --------
    >>> import netcollab as nc
    >>> study = nc.read_study(nc.study.bundled("cases/alvorlig_sykt_barn"))
    >>> money = Rival(name="incentives", construct="incentives")
    >>> theory = TheoryOfChange(
    ...     "meetings",
    ...     (
    ...         Link("earlier projects", "trust", construct="prehistory"),
    ...         Link("trust", "collaboration", construct="trust", rivals=(money,)),
    ...     ),
    ... )
    >>> contribution(study, theory).links["status"].tolist()
    ['weakly supported', 'contested']
    """
    _check_names(study, theory)
    told = {link: _evidence(study, link) for link in theory}
    rivals = {
        (link, rival): _evidence(study, rival)
        for link in theory
        for rival in link.rivals
    }
    rows = {link: _link_row(link, told[link], rivals) for link in theory}
    links = pd.DataFrame(
        list(rows.values()),
        index=pd.Index([link.name for link in theory], name="link", dtype="str"),
        columns=list(_LINK_COLUMNS),
    )
    links.attrs = {"synthetic": study.manifest.synthetic}
    records = [*told.values(), *rivals.values()]
    return Contribution(
        theory=theory,
        links=links,
        rivals=pd.DataFrame(
            [_rival_row(*pair, record) for pair, record in rivals.items()],
            columns=list(_RIVAL_COLUMNS),
        ),
        chains=_chains(theory, links),
        assumptions=_assumed([record for record in records if record.n]),
    )


def _assumed(records: Sequence[Evidence]) -> tuple[str, ...]:
    """What was taken for granted, once; voices are alike over all links and rivals."""
    if not records:
        return ()
    all_told = [
        text
        for record in records
        for text in record.assumptions
        if text != equal_voices(record.voices)
    ]
    several = equal_voices(pd.concat([record.voices for record in records]))
    return tuple(dict.fromkeys(filter(None, [*all_told, several])))


def _check_names(study: Study, theory: TheoryOfChange) -> None:
    """Stop at names that nothing answers to; without codings nothing could."""
    known = {
        column: _known(study, column) for column in ("hypothesis", "construct", "span")
    }
    manifest = study.manifest
    known["hypothesis"] |= dict.fromkeys(manifest.hypotheses)
    known["construct"] |= dict.fromkeys(manifest.constructs)
    if manifest.theory is not None:  # checked when it was read; here a part is asked
        for _, sources in manifest.theory.coded():
            for column, name in sources.items():
                known[column][name] = None
    faults = dict.fromkeys(
        (column, name)
        for record in (*theory, *(r for link in theory for r in link.rivals))
        for column, name in record.sources.items()
        if len(study.codings) and name not in known[column]
    )
    errors = [_unknown(column, name, known[column]) for column, name in faults]
    if len(errors) == 1:
        raise errors[0]
    if errors:
        raise InputError([str(error) for error in errors])


def _unknown(column: str, name: str, known: dict[str, None]) -> InputError:
    if column == "span":  # a place in an interview: the others are not told
        return InputError(f'no coding has the span "{name}"')
    return UnknownNameError(f"{column} of codings", name, known)


def _known(study: Study, column: str) -> dict[str, None]:
    cells = _cells(study, column)
    return dict.fromkeys(cells[cells != ""])


def _cells(study: Study, column: str) -> pd.Series:
    codings = study.codings
    if column not in codings:
        return pd.Series("", index=codings.index, dtype="str")
    return codings[column].astype("str").fillna("").str.strip()


def _evidence(study: Study, record: Link | Rival) -> Evidence:
    """What the codings of a link or rival say; the others only tell who was asked."""
    chosen = pd.Series(bool(record.sources), index=study.codings.index)
    for column, name in record.sources.items():
        chosen &= _cells(study, column) == name
    marked = chosen.map({True: _KEY, False: ""}).astype("str")
    if not chosen.any():
        marked = marked.iloc[:0]
    codings = study.codings.loc[marked.index].assign(hypothesis=marked)
    direction: Direction = "positive" if record.direction == "positive" else "negative"
    claim = Hypothesis(key=_KEY, direction=direction)
    of_it = dataclasses.replace(study, codings=codings)
    told = evidence(of_it, claim)
    if not record.sources:
        return dataclasses.replace(told, reason="no codings are named for it")
    if not chosen.any():
        named = ", ".join(f"{k} {name}" for k, name in record.sources.items())
        return dataclasses.replace(told, reason=f"nothing is coded for {named}")
    unplaced = construct_scores(of_it, by="hypothesis").attrs["unplaced"]
    if unplaced and not told.n:
        n = Counted(unplaced)
        why = f"{n} {n:coding has|codings have} neither an actor nor an informant among"
        return dataclasses.replace(told, reason=f"{why} the respondents")
    return told


def _link_row(
    link: Link, told: Evidence, rivals: dict[tuple[Link, Rival], Evidence]
) -> dict[str, object]:
    standing = {r.name: _standing(rivals[link, r]) for r in link.rivals}
    stands, open_, out = (
        [name for name, word in standing.items() if word == wanted]
        for wanted in ("stands", "open", "ruled out")
    )
    return {
        "cause": link.cause,
        "effect": link.effect,
        "n": told.n,
        "own": told.own,
        "score": told.score,
        "verdict": told.verdict,
        "rivals_standing": "; ".join(stands),
        "rivals_open": "; ".join(open_),
        "rivals_ruled_out": "; ".join(out),
        "status": _status(told, stands, open_),
        "reads": _reads(told),
        "tags": ", ".join(told.tags),
        "evidence_reason": told.reason,
        "reason": "; ".join(_reasons(told, stands, open_)),
        "assumption": link.assumption,
    }


def _rival_row(link: Link, rival: Rival, told: Evidence) -> dict[str, object]:
    return {
        "link": link.name,
        "rival": rival.name,
        "n": told.n,
        "own": told.own,
        "score": told.score,
        "verdict": told.verdict,
        "standing": _standing(told),
        "reason": told.reason or _fragile(told),
    }


def _standing(told: Evidence) -> str:
    if told.verdict == "contradicted":
        return "open" if "fragile" in told.tags else "ruled out"
    return "stands" if told.verdict == "supported" else "open"


def _fragile(told: Evidence) -> str:
    return "fragile" if "fragile" in told.tags else ""


def _status(told: Evidence, stands: list[str], open_: list[str]) -> Status:
    if told.verdict == "not testable":
        return "untested"
    if told.verdict == "contradicted":
        return "contradicted"
    if stands:
        return "contested"
    if told.verdict == "inconclusive":
        return "inconclusive"
    return "weakly supported" if told.tags or open_ else "well supported"


def _reads(told: Evidence) -> str:
    if told.verdict != "supported":
        return ""
    return "consistent with" if told.level_only else "shows"


def _reasons(told: Evidence, stands: list[str], open_: list[str]) -> list[str]:
    """Why a link is not well supported."""
    reasons = [told.reason] if told.reason else []
    if told.verdict in ("not testable", "contradicted"):
        return reasons or [f"S = {told.score:.2f} speaks against it"]
    reasons += list(told.tags) if told.verdict == "supported" else []
    reasons += [f"the rival {name} stands" for name in stands]
    return reasons + [f"the rival {name} is not ruled out" for name in open_]


def _chains(theory: TheoryOfChange, links: pd.DataFrame) -> pd.DataFrame:
    rows = {}
    for chain in theory.chains:
        steps = [theory[pair].name for pair in pairwise(chain)]
        status = links["status"].loc[steps]
        weakest = max(steps, key=lambda step: _STRONGEST_FIRST.index(status[step]))
        strength: Status = status[weakest]
        verdict = _VERDICTS[strength]
        broken = f"{weakest} is {strength}"
        rows[" → ".join(chain)] = {
            "start": chain[0],
            "end": chain[-1],
            "n_links": len(steps),
            "strength": strength,
            "weakest": weakest,
            "verdict": verdict,
            "reason": "" if verdict == "supported" else broken,
        }
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("chain")
