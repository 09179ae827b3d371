"""The program with decks as dicts, and what it writes."""

import json
import pathlib

import matplotlib
import numpy as np
import pytest

import terrace

matplotlib.use("Agg")


def test_deck_comes_back(tmp_path):
    deck = {"Network": {"Width": 8, "Final Time": 2.5, "Stages": {"Widths": [4, 8], "Final Times": [1, 0.1]}},
            "Output": {"Progress": False}, "Data": {"File": "größe & <mehr>.h5"}}
    back = terrace.read_deck(terrace.deck_xml(deck))
    assert back == {**deck, "Network": {**deck["Network"],
                                        "Stages": {"Widths": [4, 8], "Final Times": [1.0, 0.1]}}}
    numbers = {"a": np.float32(0.5), "b": np.int64(3), "c": np.array([1, 2]), "d": np.bool_(True), "e": []}
    assert terrace.read_deck(terrace.deck_xml(numbers)) == {"a": 0.5, "b": 3, "c": [1, 2], "d": True}


def test_deck_refuses_what_it_cannot_hold():
    with pytest.raises(TypeError, match="expected a bool, int"):
        terrace.deck_xml({"a": object()})
    with pytest.raises(TypeError, match="entries of several types"):
        terrace.deck_xml({"a": [1, "b"]})
    with pytest.raises(ValueError, match="this is not a deck"):
        terrace.read_deck("no XML")


def test_run_has_all_that_is_in_its_directory(runs):
    run = runs["classes"]
    assert run.deck["Network"]["Width"] == 4
    assert run.summary["work_units"] >= 5
    history = run.history
    assert len(history["value"]) == len(history["iteration"])
    assert history["value"][-1] == pytest.approx(run.summary["value"])
    assert "regularisation" in history.meaning["value"]
    assert (history.of_level(0)["level"] == 0).all()


def test_evaluation_agrees_with_the_summary(program, runs, data):
    numbers = program.evaluate(runs["values"].directory, data / "values.h5")
    assert numbers["test"]["error"] == pytest.approx(runs["values"].summary["test_error"])


def test_evaluation_agrees_with_the_model_in_numpy(program, runs, data):
    test = terrace.read_data(data / "classes.h5").test
    accuracy = (runs["classes"].model().labels(test.inputs) == test.labels).mean()
    assert program.evaluate(runs["classes"].directory, data / "classes.h5")["test"]["accuracy"] == accuracy


def test_errors_have_the_programs_message_and_status(program, data):
    with pytest.raises(terrace.TerraceError) as caught:
        program.train({"Netwrok": {"Width": 3}, "Data": {"File": data / "classes.h5"}}, data / "wrong")
    assert caught.value.status == 2
    assert '"Netwrok" is not a list. Did you mean "Network"?' in str(caught.value)
    assert str(caught.value).count("\n") == 0


def test_training_starts_from_an_imported_network(program, with_onnx, runs, data):
    onnx = program.export(runs["classes"].directory, data / "exported.onnx")
    model = program.import_network(onnx, data / "imported.h5")
    x = terrace.read_data(data / "classes.h5").train.inputs
    np.testing.assert_array_equal(model(x), runs["classes"].model()(x))
    deck = dict(runs["classes"].deck)
    deck["Network"] = {**deck["Network"], "Initial Guess": {"Type": "File", "File": onnx}}
    deck["Status Test"] = {"Gradient Tolerance": 1e6}
    again = program.train(deck, data / "again")
    assert again.summary["value"] == runs["classes"].summary["value"]


def test_comparison_of_two_solvers(program, data):
    study = {"Data": {"File": data / "classes.h5"}, "Network": {"Width": 4, "Blocks": 4},
             "Status Test": {"Work Limit": 6}, "Seeds": [1, 2], "Targets": [1.0],
             "Solvers": {"ours": {}, "Adam": {"Step": {"Type": "Adam"}}}}
    comparison = program.compare(study, data / "study")
    assert comparison.solvers == ["ours", "Adam"]
    rows = comparison.rows()
    assert len(rows) == 4
    assert {"solver", "seed", "value", "work to 1", "test_accuracy"} <= set(rows[0])
    assert comparison.runs("Adam")[0].summary["value"] == pytest.approx(
        next(row["value"] for row in rows if row["solver"] == "Adam"))
    assert len(terrace.plot_comparison(comparison).lines) == 2
    with pytest.raises(KeyError, match="expected one of ours, Adam"):
        comparison.runs("Adma")


def test_plots(runs):
    assert len(terrace.plot_history(runs["classes"]).lines) == len(set(runs["classes"].history["level"]))
    axes = terrace.plot_history([runs["classes"], runs["values"]], "gradient_norm")
    assert [line.get_label() for line in axes.lines] == ["classes", "values"]


def test_frames(runs):
    pandas = pytest.importorskip("pandas")
    frame = runs["classes"].history.frame()
    assert isinstance(frame, pandas.DataFrame)
    assert frame["value"].iloc[-1] == pytest.approx(runs["classes"].summary["value"])


def test_program_that_is_missing():
    with pytest.raises(FileNotFoundError, match="no-such-program: is not a program"):
        terrace.Program("no-such-program")


def test_data_comes_back(data):
    read = terrace.read_data(data / "classes.h5")
    assert read.classes == 3
    assert read.input_shape == (3,)
    assert len(read.train.inputs) == 96 and len(read.test.inputs) == 24
    assert terrace.read_data(data / "images.h5").input_shape == (2, 4, 6)


def test_data_says_what_is_wrong(tmp_path):
    for arguments, message in (({}, "expected labels or targets"), ({"labels": [0.5, 1]}, "not a vector of integers"),
                               ({"labels": [0]}, "2 samples of inputs and 1 of labels"),
                               ({"targets": [np.nan, 1]}, "not finite")):
        with pytest.raises(ValueError, match=message):
            terrace.write_data(tmp_path / "wrong.h5", [[1.0], [2.0]], **arguments)


def test_notebook_runs(program, with_onnx, tmp_path, monkeypatch):
    notebook = pathlib.Path(__file__).parents[2] / "examples" / "python" / "first_steps.ipynb"
    monkeypatch.chdir(tmp_path)
    names: dict = {}
    for number, cell in enumerate(json.loads(notebook.read_text(encoding="utf-8"))["cells"]):
        if cell["cell_type"] == "code":
            exec(compile("".join(cell["source"]), f"{notebook.name}, cell {number}", "exec"), names)
    assert names["error"] < 0.2
