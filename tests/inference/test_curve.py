"""The specification curve: by hand, against single tests, its level, its draws."""

from __future__ import annotations

import math
from itertools import permutations
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.stats import norm

from netcollab.errors import InputError, RefusedError
from netcollab.inference import (
    Specification,
    mrqap,
    qap_correlation,
    specification_curve,
)
from netcollab.inference.curve import Curve, _kernels

NAMES = list("abcdefghij")


def frame(cells: np.ndarray) -> pd.DataFrame:
    names = NAMES[: len(cells)]
    table = pd.DataFrame(np.array(cells, dtype=float), names, names)
    return table.mask(np.eye(len(cells), dtype=bool))


def some(n: int, seed: int, count: int = 1) -> list[pd.DataFrame]:
    rng = np.random.default_rng(seed)
    return [
        frame(rng.normal(size=(n, n)) + rng.normal(size=(n, 1))) for _ in range(count)
    ]


def without(matrix: pd.DataFrame, actor: str) -> pd.DataFrame:
    left = matrix.copy()
    left.loc[actor] = np.nan
    left[actor] = np.nan
    return left


def correlations(specs: list[Specification], order: tuple[int, ...]) -> list[float]:
    found = []
    for each in specs:
        y, x = each.y.to_numpy(), each.x.to_numpy()[np.ix_(order, order)]
        both = ~np.isnan(y) & ~np.isnan(x)
        found.append(np.corrcoef(y[both], x[both])[0, 1])
    return found


@pytest.mark.parametrize(("side", "sign"), [("greater", 1), ("less", -1)])
def test_three_statistics_by_hand_over_all_relabellings(side: str, sign: int) -> None:
    y, x = some(4, 3, 2)
    specs = [
        Specification(y, x),
        Specification(y, frame(np.exp(x))),
        Specification(frame(y > 0), x),
    ]
    every = np.array([correlations(specs, p) for p in permutations(range(4))])
    signed = sign * every
    tails = np.array(
        [[(column >= r - 1e-9).mean() for r in column] for column in signed.T]
    ).T
    median = np.median(signed, axis=1)
    share = (tails <= 0.3 / 2).mean(axis=1)
    stouffer = norm.isf(tails - 0.5 / 24).sum(axis=1) / math.sqrt(3)

    curve = specification_curve(specs, alternative=side, alpha=0.3)

    assert curve.specifications["estimate"].tolist() == pytest.approx(every[0])
    assert curve.specifications["pvalue"].tolist() == pytest.approx(tails[0])
    for test, null, own in (
        (curve.median, median, sign * median[0]),
        (curve.share, share, share[0]),
        (curve.stouffer, stouffer, stouffer[0]),
    ):
        assert test.statistic == pytest.approx(own)
        assert test.pvalue == pytest.approx((null >= null[0] - 1e-9).mean())
        assert test.method == "exact (24 relabellings)"
        assert test.mc_error == 0
    assert curve.median.alternative == side
    assert curve.to_frame()["n"].tolist() == [3, 3, 3]


def test_one_specification_is_its_own_test() -> None:
    y, x, z = some(6, 5, 3)
    alone = qap_correlation(y, x, alternative="greater")
    curve = specification_curve([Specification(y, x)], alternative="greater")
    assert curve.median.statistic == pytest.approx(alone.statistic)
    assert curve.median.pvalue == curve.stouffer.pvalue == alone.pvalue
    assert curve.median.p_min == alone.p_min
    beside = specification_curve([Specification(y, x, {"z": z})], alternative="greater")
    model = mrqap(y, {"x": x, "z": z}, alternative="greater")
    t = model.coefficients.loc["x", "statistic"]
    assert beside.median.statistic == pytest.approx(t / math.hypot(t, model.df**0.5))
    assert beside.median.pvalue == model.coefficients.loc["x", "pvalue"]


def test_an_actor_without_dyads_is_left_out() -> None:
    y, x, z = some(6, 8, 3)
    curve = specification_curve(
        [
            Specification(without(y, "b"), x),
            Specification(without(y, "b"), x, {"z": z}),
        ],
        alternative="greater",
    )
    small = [m.drop(index="b", columns="b") for m in (y, x, z)]
    alone = qap_correlation(small[0], small[1])
    model = mrqap(small[0], {"x": small[1], "z": small[2]})
    t = model.coefficients.loc["x", "statistic"]
    told = [alone.estimate, t / math.hypot(t, model.df**0.5)]
    assert curve.specifications["estimate"].tolist() == pytest.approx(told)


def test_beside_others_a_left_out_place_moves_with_the_relabelling() -> None:
    """The dyads of each relabelling are those observed before and after it."""
    y, x, z = some(5, 9, 3)
    kernels, _ = _kernels([Specification(without(y, "b"), x, {"z": z})])
    order = np.array([[1, 0, 2, 3, 4]])
    found = float(Curve(kernels)(order)[0, 0])
    known = without(y, "b").notna().to_numpy()
    ones = np.ones(known.sum())
    zs = np.column_stack([ones, z.to_numpy()[known]])
    left = np.full(known.shape, np.nan)
    xs = x.to_numpy()[known]
    left[known] = xs - zs @ np.linalg.lstsq(zs, xs, rcond=None)[0]
    moved = left[np.ix_(order[0], order[0])]
    both = known & ~np.isnan(moved)
    design = np.column_stack([np.ones(both.sum()), moved[both], z.to_numpy()[both]])
    slopes, squares, *_ = np.linalg.lstsq(design, y.to_numpy()[both], rcond=None)
    df = both.sum() - 3
    variance = squares[0] / df * np.linalg.inv(design.T @ design)[1, 1]
    t = slopes[1] / math.sqrt(variance)
    assert found == pytest.approx(t / math.sqrt(t**2 + known.sum() - 3))


def test_the_other_direction_of_the_opposite_predictor_is_the_same() -> None:
    y, x = some(5, 1, 2)
    up = specification_curve(
        [Specification(y, x), Specification(y, x.abs())], alternative="greater"
    )
    down = specification_curve(
        [Specification(y, -x), Specification(y, -x.abs())], alternative="less"
    )
    assert (up.to_frame()["pvalue"] == down.to_frame()["pvalue"]).all()
    assert up.median.statistic == pytest.approx(-down.median.statistic)


def test_neither_order_of_specifications_nor_of_actors_plays_a_part() -> None:
    y, x, z = some(5, 2, 3)
    specs = [Specification(y, x), Specification(y, x, {"z": z}), Specification(z, x)]
    turned = [
        Specification(each.y.iloc[::-1, ::-1], each.x, each.beside) for each in specs
    ]
    one = specification_curve(specs, alternative="greater").to_frame()
    other = specification_curve(turned[::-1], alternative="greater").to_frame()
    pd.testing.assert_frame_equal(one, other)


def test_the_curve_keeps_its_level_under_a_known_null() -> None:
    """Dyads that share senders; four specifications that share their data."""
    rng, names = np.random.default_rng(20), ["median", "share", "stouffer"]
    rejected = np.zeros(3)
    for _ in range(400):
        cells = rng.normal(size=(2, 5, 5)) + rng.normal(size=(2, 5, 1))
        y, x = frame(cells[0]), frame(cells[1])
        curve = specification_curve(
            [
                Specification(y, x),
                Specification(frame(y > 0), x),
                Specification(y, frame(x > 0)),
                Specification(without(y, "c"), x),
            ],
            alternative="greater",
        )
        rejected += [getattr(curve, name).pvalue <= 0.05 for name in names]
    assert (rejected / 400 <= 0.05 + 3 * math.sqrt(0.05 * 0.95 / 400)).all()
    assert (rejected > 0).all()


def test_a_link_in_every_specification_is_found() -> None:
    y, noise = some(6, 4, 2)
    x = y + 0.3 * noise
    curve = specification_curve(
        [Specification(y, x), Specification(frame(y > 0), x)], alternative="greater"
    )
    assert curve.median.pvalue == curve.stouffer.pvalue == 1 / 720
    assert curve.share.pvalue <= 0.05
    assert curve.share.statistic == 1


def test_draws_depend_on_the_seed_alone(tmp_path: Path) -> None:
    y, x, z = some(9, 7, 3)
    specs = [Specification(y, x), Specification(y, x, {"z": z})]
    path = tmp_path / "curve"

    def run(**more: object) -> np.ndarray:
        found = specification_curve(
            specs, alternative="greater", n_resamples=1200, **more
        )
        assert found.median.n_resamples == 1200
        return np.concatenate(
            [found.median.null_distribution, found.stouffer.null_distribution]
        )

    whole = run(rng=3)
    assert run(rng=3, workers=2).tobytes() == whole.tobytes()
    assert run(rng=3, checkpoint=path).tobytes() == whole.tobytes()
    lines = path.read_bytes().split(b"\n")
    path.write_bytes(b"\n".join(lines[:2]) + b"\n" + lines[2][:20])
    assert run(checkpoint=path).tobytes() == whole.tobytes()
    assert run(rng=4).tobytes() != whole.tobytes()
    with pytest.raises(InputError, match="another run"):
        run(rng=4, checkpoint=path)


def test_strata_hold_apart_who_did_not_answer() -> None:
    y, x = some(5, 6, 2)
    y.loc["e"] = np.nan
    strata = pd.Series(["in", "in", "in", "in", "out"], NAMES[:5])
    curve = specification_curve(
        [Specification(y, x)], alternative="greater", strata=strata
    )
    alone = qap_correlation(y, x, alternative="greater")
    assert curve.median.pvalue == alone.pvalue
    assert curve.median.method == "exact (24 relabellings)"


def test_a_relabelling_without_an_estimate_counts_as_extreme() -> None:
    """x varies in the dyads of a alone, and y is known for those of a to d."""
    x = frame(np.zeros((5, 5)))
    x.loc["a"] = [np.nan, 1, 2, 3, 4]
    (y,) = some(5, 3)
    y = without(y, "e")
    curve = specification_curve([Specification(y, x)], alternative="greater")
    endless = np.isinf(curve.median.null_distribution)
    assert endless.mean() == pytest.approx(1 / 5)
    assert curve.median.pvalue >= 1 / 5


def test_what_cannot_be_tested_is_refused() -> None:
    y, x = some(5, 3, 2)
    with pytest.raises(InputError, match="at least one specification"):
        specification_curve([], alternative="greater")
    small = Specification(*(m.iloc[:4, :4] for m in (y, x)))
    with pytest.raises(InputError, match="specification 2 has other actors"):
        specification_curve([Specification(y, x), small], alternative="greater")
    flat = Specification(frame(np.ones((5, 5))), x)
    with pytest.raises(RefusedError, match="specification 2: y is 1 in all 20 dyads"):
        specification_curve([Specification(y, x), flat], alternative="greater")
    own = [Specification(y, x)]
    with pytest.raises(InputError, match="greater"):
        specification_curve(own, alternative="two-sided")
    four, five = pd.Series(1, NAMES[:4]), pd.Series(NAMES[:5], NAMES[:5])
    with pytest.raises(InputError, match="strata has no value for: e"):
        specification_curve(own, alternative="greater", strata=four)
    with pytest.raises(RefusedError, match="leaves the predictors as they are"):
        specification_curve(own, alternative="greater", strata=five)
    pairs = [Specification(y, x, directed=False)]
    with pytest.raises(InputError, match="same value both ways"):
        specification_curve(pairs, alternative="greater")
