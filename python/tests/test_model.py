"""Networks by NumPy: the program's values; derivatives by Taylor remainders and inner products."""

import numpy as np
import pytest
from conftest import KINDS, inputs_of

import terrace


@pytest.mark.parametrize("kind", KINDS)
def test_gives_what_the_program_predicts(program, runs, kind):
    x = inputs_of(kind)
    expected = program.predict(runs[kind].directory, x)
    np.testing.assert_allclose(runs[kind].model()(x), expected, rtol=1e-12, atol=1e-14)


@pytest.mark.parametrize("kind", KINDS)
def test_first_remainder_falls_with_the_square_of_the_step(runs, kind):
    model, x = runs[kind].model(), inputs_of(kind)
    v = np.random.default_rng(1).normal(size=x.shape)
    steps = 0.5 ** np.arange(7, 12)
    remainders = [np.linalg.norm(model(x + t * v) - model(x) - t * model.apply_jacobian(x, v)) for t in steps]
    slope = np.polyfit(np.log(steps), np.log(remainders), 1)[0]
    assert 1.85 < slope < 2.15


@pytest.mark.parametrize("kind", KINDS)
def test_adjoint_is_the_transposed_jacobian(runs, kind):
    model, x = runs[kind].model(), inputs_of(kind)
    random = np.random.default_rng(2)
    v, u = random.normal(size=x.shape), random.normal(size=(len(x), model.outputs))
    forward = (model.apply_jacobian(x, v) * u).sum(axis=1)
    backward = (model.apply_adjoint_jacobian(x, u) * v.reshape(len(x), -1)).sum(axis=1)
    np.testing.assert_allclose(forward, backward, rtol=1e-11, atol=1e-13)


@pytest.mark.parametrize("kind", KINDS)
def test_jacobian_has_the_products_as_columns(runs, kind):
    model, x = runs[kind].model(), inputs_of(kind)
    jacobian = model.jacobian(x)
    assert jacobian.shape == (len(x), model.outputs, model.features)
    v = np.random.default_rng(5).normal(size=(len(x), model.features))
    np.testing.assert_allclose(np.einsum("soi,si->so", jacobian, v), model.apply_jacobian(x, v), rtol=1e-11,
                               atol=1e-13)


@pytest.mark.parametrize("kind", ["classes", "logarithms", "symmetric", "bottleneck"])
def test_archive_is_the_same_function(program, runs, data, kind):
    archive = program.export(runs[kind].directory, data / f"{kind}.npz")
    x = inputs_of(kind)
    np.testing.assert_array_equal(terrace.Model.read(archive)(x), runs[kind].model()(x))


@pytest.mark.parametrize("kind", ["values", "single"])
def test_distance_is_the_programs(program, runs, data, kind):
    model = runs[kind].model()
    read = terrace.read_data(data / ("values.h5" if kind == "values" else "images.h5"))
    distances = model.distance(read.train.inputs)
    inside = len(distances) > model.features  # else the covariance has not the full rank
    assert (distances**2).mean() == pytest.approx(1, abs=1e-4 if inside else 0.05)
    assert (distances <= model.usual_distance * (1 + 1e-9)).mean() >= 0.99
    evaluated = program.evaluate(runs[kind].directory, data / ("values.h5" if kind == "values" else "images.h5"))
    tests = model.distance(read.test.inputs)
    assert evaluated["test"]["distance"]["largest"] == pytest.approx(tests.max(), rel=1e-10)
    assert evaluated["test"]["distance"]["beyond_usual"] == (tests > model.usual_distance).mean()
    assert model.distance(1000 + read.train.inputs[0]) > 10 * model.usual_distance


def test_takes_one_sample(runs):
    model, x = runs["classes"].model(), inputs_of("classes")
    np.testing.assert_allclose(model(x[0]), model(x)[0], rtol=1e-14)
    assert model.jacobian(x[0]).shape == (3, 3)
    assert model.apply_adjoint_jacobian(x[0], [1, 0, 0]).shape == (3,)


def test_knows_names_and_classes(runs):
    model = runs["classes"].model()
    assert model.output_names == ["left", "größer", "日本"]
    assert model.input_names == ["a", "b", "c"]
    x = inputs_of("classes")
    np.testing.assert_array_equal(model.labels(x), model(x).argmax(axis=1))
    np.testing.assert_allclose(model(x).sum(axis=1), 1)
    with pytest.raises(ValueError, match="has no classes"):
        runs["values"].model().labels(x)


def test_says_what_shape_it_expects(runs):
    with pytest.raises(ValueError, match=r"x has the shape \(2, 4\); expected samples x 3"):
        runs["classes"].model()(np.zeros((2, 4)))


def test_refuses_other_files(data):
    with pytest.raises(ValueError, match="is not a model file"):
        terrace.Model.read(data / "classes.h5")
