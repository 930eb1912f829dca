"""The command line: exit codes, what goes to stdout and stderr, never a traceback."""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from netcollab import Study, read_study
from netcollab.cli import _parser, main
from netcollab.cli.told import out_of, started_as
from netcollab.report.reasons import _whole
from netcollab.study import HypothesisSpec, write_study

ROOT = Path(__file__).parents[1]
CASE = ROOT / "data/cases/alvorlig_sykt_barn"
TWIN = ROOT / "data/synthetic/alvorlig_sykt_barn"
SHARED = ROOT / "data/synthetic/faelles_sprog"


def test_a_clean_study(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", str(CASE)]) == 0
    told = capsys.readouterr()
    assert "ties.csv" in told.out
    assert told.err == ""


@pytest.mark.parametrize(
    ("language", "end"),
    [
        ("en", "The data cannot be used before the errors are corrected."),
        ("nb", "Dataene kan ikke brukes før feilene er rettet."),
        ("da", "Dataene kan ikke bruges, før fejlene er rettet."),
    ],
)
def test_a_broken_study(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], language: str, end: str
) -> None:
    broken = tmp_path / "study"
    shutil.copytree(CASE, broken)
    with (broken / "ties.csv").open("a", encoding="utf-8") as file:
        file.write("membership,NAVV,ks,1,observed,invented\n")
    before = sorted(p.name for p in broken.iterdir())
    assert main(["check", str(broken), "--language", language]) == 2
    told = capsys.readouterr()
    assert "ties.csv" in told.out
    assert '"NAVV"' in told.out
    assert '"nav"' in told.out
    assert told.out.rstrip().endswith(end)
    assert sorted(p.name for p in broken.iterdir()) == before


def test_json_is_one_object(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", str(CASE), "--json"]) == 0
    assert isinstance(json.loads(capsys.readouterr().out), dict)
    assert main(["test", str(CASE), "--json"]) == 0
    rows = json.loads(capsys.readouterr().out)
    assert [row["hypothesis"] for row in rows] == ["AG-H1", "AG-H2", "AG-H3", "AG-H4"]


def test_a_study_without_hypotheses_is_told_how_to_declare_them(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    manifest = 'name = "pair"\n[relations.trust]\nunlisted = "absent"\n'
    (tmp_path / "study.toml").write_text(manifest, encoding="utf-8")
    (tmp_path / "actors.csv").write_text("actor\nnav\nks\n", encoding="utf-8")
    ties = "relation,source,target,weight\ntrust,nav,ks,2\n"
    (tmp_path / "ties.csv").write_text(ties, encoding="utf-8")
    assert main(["test", str(tmp_path)]) == 2
    assert "[hypotheses.RC-H1]" in capsys.readouterr().err


def test_the_hypotheses_of_the_case(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["test", str(CASE), "--language", "en"]) == 0
    out = capsys.readouterr().out
    for word in ("AG-H1", "inconclusive", "supported", "not testable"):
        assert word in out


def few_sites(folder: Path) -> Path:
    """Two sites, a claim about their ties and one about their functions."""
    study = read_study(ROOT / "data/synthetic/myndighedsfunktion")
    part = study.select(sites=["egelund", "nordvik"], waves="2026")
    terms = ("mutual_respect", "mutual_knowledge")
    claims = {
        key: HypothesisSpec(
            key,
            outcome=f"{kind}({terms[0]})",
            predictor=f"{kind}({terms[1]})",
            direction="positive",
            level=level,
        )
        for key, kind, level in (("H1", "tie", "dyad"), ("H2", "score", "actor"))
    }
    manifest = replace(part.manifest, hypotheses=claims)
    own = Study(**{**vars(part.select()), "manifest": manifest})
    write_study(own, folder)
    return folder


def test_with_few_sites_one_can_be_tested(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder, out = few_sites(tmp_path / "study"), tmp_path / "found"
    words = ["test", str(folder), "--language", "en", "--seed", "1"]
    assert main(words) == 0
    told = capsys.readouterr().out
    few = "2 sites have both values; a mean over sites needs 6; "
    assert f"{few}the ties of one site alone can be tested, with netcollab" in told
    assert f"{few}netcollab design says what so many sites" in told
    assert main([*words, "--site", "egelund", "--out", str(out)]) == 0
    told = capsys.readouterr().out
    assert told.startswith("myndighedsfunktion, egelund (synthetic data): 2 hypo")
    assert "tie(mutual_respect) ~ tie(mutual_knowledge), r = " in told
    assert "One network has no outcome variance" in told
    head = (out / "methods.md").read_text(encoding="utf-8").splitlines()[0]
    assert head.endswith(", egelund")
    record = json.loads((out / "run.json").read_text(encoding="utf-8"))
    assert record["options"]["part"] == "egelund"
    assert main([*words, "--site", "egelun"]) == 2
    assert 'did you mean "egelund"' in capsys.readouterr().err


def test_measures_of_the_case(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "measures"
    words = ["measures", str(CASE), "--out", str(out), "--relation", "membership"]
    assert main([*words, "--language", "da"]) == 0
    told = capsys.readouterr()
    assert told.out == f"{out / 'index.html'}\n"
    assert told.err.splitlines()[0] == ("netværk 1 af 1: Medlemskab")
    assert main([*words, "--json"]) == 0
    made = json.loads(capsys.readouterr().out)
    assert made["networks"][0]["not_asked"] == 71
    assert all((out / name).is_file() for name in made["files"])
    assert main([*words, "--site", "oslo", "--language", "en"]) == 2
    assert '"oslo"' in capsys.readouterr().err


PLAN = ["design", "--sites", "3", "--functions", "6", "--n-simulations", "200"]


def test_design_of_a_study(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "plan"
    assert main([*PLAN, "--out", str(out)]) == 0
    told = capsys.readouterr()
    assert "with 3 sites p is never at or below 0.05: the smallest is 0.333" in told.out
    assert "power_by_size" in told.err
    assert (out / "design.txt").read_text("utf-8") == told.out
    assert "test,kind,unit,n" in (out / "design.csv").read_text("utf-8")
    assert main([*PLAN, "--out", str(out)]) == 0
    assert capsys.readouterr().out == told.out


def test_design_speaks_and_takes_decimal_commas(
    capsys: pytest.CaptureFixture[str],
) -> None:
    words = [*PLAN, "--language", "nb", "--response-rate", "0,5", "--continuous"]
    assert main(words) == 0
    assert "svarandel 0,5" in capsys.readouterr().out
    assert main([*words, "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["plan"]["response_rate"] == 0.5
    assert found["plan"]["treated"] is None
    assert [row["test"] for row in found["table"]][:2] == [
        "site_means",
        "site_permutation",
    ]


def test_design_warns_of_functions_below_the_threshold_of_feedback(
    capsys: pytest.CaptureFixture[str],
) -> None:
    words = ["design", "--sites", "3", "--functions", "6", "--n-simulations", "100"]
    assert main(words) == 0
    assert "fewer than 5 would answer" in capsys.readouterr().out
    assert main([*words, "--min-respondents", "3", "--respondents", "9"]) == 0
    told = capsys.readouterr().out
    assert "(from 3 answers on)" in told
    assert "would answer" not in told


def test_all_faults_of_a_plan_at_once(capsys: pytest.CaptureFixture[str]) -> None:
    words = ["design", "--sites", "tre", "--functions", "0", "--icc", "1,5"]
    words += ["--predictor", "stars", "--power", "80"]
    assert main(words) == 2
    told = capsys.readouterr()
    for part in ("sites needs", "'tre'", "functions", "icc", '"star"', "power needs"):
        assert part in told.err
    assert told.out == ""


def test_a_plan_that_cannot_be_tested_is_3(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["design", "--sites", "1", "--functions", "2"]) == 3
    assert "one site has no other" in capsys.readouterr().err


def test_simulate_writes_the_committed_bytes(tmp_path: Path) -> None:
    out = tmp_path / "twin"
    assert main(["simulate", "alvorlig_sykt_barn", "--out", str(out)]) == 0
    made = {p.name: p.read_bytes() for p in out.iterdir()}
    kept = {p.name: p.read_bytes() for p in TWIN.iterdir()}
    assert made == kept


def test_new_begins_a_study(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("NETCOLLAB_STARTED_AS", "py run.py")
    folder = tmp_path / "study"
    words = ["new", str(folder), "--language", "da", "--name", "min"]
    words += ["--instrument", "relational_capacity", "--instrument", "formal_structure"]
    assert main([*words, "--actor", "ppr=PPR", "--actor", "nav", "--site", "0751"]) == 0
    told = capsys.readouterr()
    assert told.out.splitlines()[0] == str(folder)
    assert "4. Se, om alt er på plads: py run.py check" in told.out
    assert told.err == ""
    assert main(["check", str(folder)]) == 2
    assert "ties" in capsys.readouterr().out
    assert main(words) == 2
    assert "er ikke tom; vælg en anden" in capsys.readouterr().err
    assert main([*words[:2], "--language", "nb"]) == 2
    assert "er ikke tom; velg en annen" in capsys.readouterr().err


@pytest.mark.parametrize(
    "words",
    [
        ["check", "nowhere"],
        ["check", "nowhere.xlsx"],
        ["new", "x", "--instrument", "leadershp"],
        ["new", "x", "--actor", "ppr", "--actor", "ppr=PPR"],
        ["test", "nowhere"],
        ["measures", "nowhere"],
        ["design", "--sites", "0", "--functions", "6", "--out", "x"],
        ["simulate", "alvorlig_sykt_bran", "--out", "x"],
        ["paper", "--notebooks", "nowhere"],
        ["explain", "E-TIES-1"],
        [],
    ],
)
def test_bad_usage_is_2_without_a_traceback(
    words: list[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(words) == 2
    told = capsys.readouterr()
    assert "Traceback" not in told.err + told.out
    assert (told.err + told.out).strip()
    assert list(tmp_path.iterdir()) == []


def test_an_unwritable_place_is_4(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("x", encoding="utf-8")
    inside = str(blocked / "twin")
    words = ["simulate", "alvorlig_sykt_barn", "--out", inside]
    assert main(words) == 4
    assert "Traceback" not in capsys.readouterr().err
    assert main([*words, "--language", "nb"]) == 4
    assert f"{inside} kan ikke lages" in capsys.readouterr().err


def test_as_a_process() -> None:
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-m", "netcollab", "--version"],
        capture_output=True,
        text=True,
        env=environment,
        check=False,
    )
    assert done.returncode == 0
    assert done.stdout.startswith("netcollab 0.")


@pytest.mark.parametrize(
    ("script", "said"),
    [
        ("/env/lib/netcollab/__main__.py", "python -m netcollab"),
        ("/env/bin/netcollab", "netcollab"),
    ],
)
def test_advice_repeats_how_the_program_was_started(
    script: str, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("NETCOLLAB_STARTED_AS", raising=False)
    monkeypatch.setattr(sys, "argv", [script, "new"])
    assert started_as() == said


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (["report", str(TWIN), "--language", "nb"], 3, "ingen spørsmål handler om"),
        (["report", str(TWIN)], 3, "ingen spørsmål handler om"),
        (["report", str(TWIN), "--language", "da"], 3, "ingen spørgsmål handler om"),
        (
            ["measures", str(CASE), "--relation", "member", "--language", "nb"],
            2,
            "ukjent relasjon: «member» (mente du «membership»?); kjent: prior_",
        ),
        (
            ["test", str(SHARED), "--language", "nb"],
            2,
            "studien har ingen hypotese; legg til",
        ),
        (["release", "/nowhere", "--language", "nb"], 2, "er ikke en mappe med filer"),
        (
            ["test", str(TWIN), "--seed", "-4"],
            2,
            "minst 0, eller en Generator, ikke -4",
        ),
        (
            ["multiverse", str(TWIN), "AG-H2", "--draws", "0"],
            2,
            "n_resamples må være et helt tall fra 1 til 10\u00a0000\u00a0000, ikke 0",
        ),
    ],
)
def test_errors_are_told_in_the_language(
    words: list[str],
    code: int,
    told: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(words) == code
    assert told in capsys.readouterr().err


PLACE = ["--out", "{out}"]
SPOKEN = [
    (["check", "{nb}"], "Dataene kan brukes."),
    (["check", "{da}"], "Dataene kan bruges."),
    (["test", "{nb}", "--seed", "1"], "tester hypotesene"),
    (["measures", "{nb}", *PLACE, "--relation", "trust"], "nettverk 1 av 1: "),
    (["measures", "{nb}", *PLACE, "--relation", "trst"], "ukjent relasjon: «trst»"),
    (["release", "{nb}", "--study", "{nb}"], "Verdiene vises ikke; se i filen"),
    (["multiverse", "{nb}", "AG-H9"], "ukjent hypotese: «AG-H9» (mente du"),
    (["multiverse", "{nb}", "AG-H2", "--choice", "missing"], "--choice må være NAVN="),
    (["join", "{nb}", "{nb}", *PLACE], 'studien har en runde "1"'),
    (["join", "{da}", "{da}", *PLACE], 'undersøgelsen har en runde "'),
    (["pseudonymise", "{nb}", "--key", "{key}", *PLACE], "har ingen respondenter; det"),
    (["pseudonymise", "{da}", "--key", "{key}", *PLACE], "nøglen ligger i "),
]


@pytest.mark.parametrize(("words", "told"), SPOKEN)
def test_commands_speak_the_language_of_the_study(
    words: list[str], told: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    twins = {"nb": TWIN, "da": ROOT / "data/synthetic/myndighedsfunktion"}
    places = {"key": tmp_path / "key.csv", "out": tmp_path / "out"}
    main([word.format(**twins, **places) for word in words])
    said = capsys.readouterr()
    assert told in said.err + said.out


@pytest.mark.parametrize(
    ("command", "told"),
    [
        ("check", "Dataene kan ikke brukes før feilene er rettet."),
        ("test", "Rettelse: "),
    ],
)
def test_a_manifest_that_cannot_be_parsed_is_told_in_its_language(
    command: str, told: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    study = tmp_path / "study"
    shutil.copytree(CASE, study)
    manifest = (study / "study.toml").read_text(encoding="utf-8")
    (study / "study.toml").write_text(f"{manifest}\nname = \n", encoding="utf-8")
    assert main([command, str(study)]) == 2
    said = capsys.readouterr()
    assert told in said.err + said.out


def test_a_wave_is_joined_with_its_notes_in_the_language(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    later = tmp_path / "later"
    shutil.copytree(TWIN, later)
    manifest = (later / "study.toml").read_text(encoding="utf-8")
    reworded = manifest.replace('nb = "Tillit"', 'nb = "Tiltro"')
    (later / "study.toml").write_text(reworded, encoding="utf-8")
    out = str(tmp_path / "out")
    assert main(["join", str(TWIN), str(later), "--wave", "2", "--out", out]) == 0
    said = capsys.readouterr()
    assert "W-JOI-005" in said.err
    assert "den tidligere ordlyden er beholdt" in said.err
    assert said.out == f"{out}\n"


def texts(parser: argparse.ArgumentParser) -> set[str]:
    """Everything that help says of a command and its parts."""
    told = {parser.description or "", parser.epilog or ""}
    told |= {group.title or "" for group in parser._action_groups}
    for action in parser._actions:
        told.add(action.help or "")
        if isinstance(action, argparse._SubParsersAction):
            told |= {each.help or "" for each in action._choices_actions}
            told |= {text for each in action.choices.values() for text in texts(each)}
    return told - {""}


def test_every_text_of_help_has_words() -> None:
    bare = {text for text in texts(_parser("en")) if not _whole(text, "help")}
    synthetic = next(text for text in bare if text.startswith("alvorlig_sykt_barn, "))
    assert bare == {synthetic, "surveyxact, sav ..."}


@pytest.mark.parametrize(
    ("words", "place", "told"),
    [
        (["--help"], "nb_NO.UTF-8", "begynn en studie: mal og spørreskjema"),
        (["test", "--help"], "nn_NO", "\nargumenter:\n  study"),
        (["--help"], "da_DK.UTF-8", "test hypoteserne i en undersøgelse"),
        (["check", "--help", "--language", "da"], "nb_NO", "brug: "),
        (["check", "--language=nb"], "C", "check: dette mangler: study"),
        (["check", "x", "--seed"], "da_DK", ": ukendt: --seed"),
        (["test", "x", "--seed", "a"], "nb_NO", "må være et helt tall, ikke 'a'"),
        (["chek"], "nb_NO", "COMMAND: 'chek' finnes ikke (velg blant "),
        (["chek"], "C.UTF-8", "error: argument COMMAND: invalid choice: 'chek'"),
        (["--help"], "", "usage: "),
    ],
)
def test_help_and_usage_speak_the_language_of_the_call(
    words: list[str],
    place: str,
    told: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    for name in ("LC_ALL", "LC_MESSAGES"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LANG", place)
    with pytest.raises(SystemExit):
        main(words)
    said = capsys.readouterr()
    assert told in said.out + said.err


def test_the_version_needs_no_words() -> None:
    code = "import sys; from netcollab.cli import main\ntry: main(['--version'])\n"
    code += "finally: assert 'pandas' not in sys.modules"
    place = {**os.environ, "LANG": "nb_NO.UTF-8", "PYTHONPATH": str(ROOT)}
    words = [sys.executable, "-c", code]
    done = subprocess.run(words, capture_output=True, text=True, env=place, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_a_code_is_explained_in_the_language(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["explain", "e-tie-002", "--language", "nb"]) == 0
    told = capsys.readouterr().out.splitlines()
    assert told[0] == "E-TIE-002 (feil): et bånd fra en aktør til seg selv"
    assert told[4].startswith("Forventet: ")
    assert told[6].startswith("Rettelse: ")


def test_what_was_found_is_told_in_the_language(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["test", str(CASE), "--language", "nb", "--seed", "1"]) == 0
    told = capsys.readouterr()
    assert told.err == "tester hypotesene\n"
    assert "AG-H1  uavklart  Ulik kapasitet, organisering" in told.out
    assert "\n  test    ikke testbar: tidligere samarbeid har bare kjente" in told.out
    assert "\nForbehold\n  - Ett nettverk har ingen variasjon" in told.out


@pytest.mark.parametrize("what", ["reports", "measures", "pseudonymised"])
def test_without_a_folder_everything_is_written_beside_the_study(
    what: str, tmp_path: Path
) -> None:
    study, book = tmp_path / "my.study", tmp_path / "book.v2.xlsx"
    study.mkdir()
    book.touch()
    for given, made in (
        (study, f"my.study-{what}"),
        (study / "study.toml", f"my.study-{what}"),
        (book, f"book.v2-{what}"),
    ):
        asked = argparse.Namespace(study=given, out=None)
        assert out_of(asked, what) == tmp_path.resolve() / made
    assert out_of(argparse.Namespace(study=study, out=Path("x")), what) == Path("x")


def test_measures_of_a_study_stand_beside_it(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    study = tmp_path / "case"
    shutil.copytree(CASE, study)
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    assert main(["measures", str(study), "--relation", "membership"]) == 0
    page = tmp_path.resolve() / "case-measures" / "index.html"
    assert capsys.readouterr().out == f"{page}\n"
    assert not list((tmp_path / "elsewhere").iterdir())


def test_a_reader_who_has_enough_is_no_fault() -> None:
    read, write = os.pipe()
    os.close(read)
    words = [sys.executable, "-m", "netcollab", "explain", "E-TIE-001"]
    done = subprocess.run(words, stdout=write, stderr=subprocess.PIPE, cwd=ROOT)
    os.close(write)
    assert (done.returncode, done.stderr) == (0, b"")


def test_groups_are_for_dialogue_sheets(capsys: pytest.CaptureFixture[str]) -> None:
    study = ROOT / "data/synthetic/myndighedsfunktion"
    assert main(["report", str(study), "--by", "role", "--language", "nb"]) == 2
    assert "--by deler inn et dialogark" in capsys.readouterr().err


def test_it_says_where_findings_lie(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path.resolve() / "found"
    assert main(["test", str(CASE), "--out", str(out), "--seed", "1"]) == 0
    assert f"skrevet: {out}\n" in capsys.readouterr().err
