#!/usr/bin/env python3
"""The recipes by which people get Terrace, against the checkout that they are in: check.py SOURCE

Spack's recipe is executed with stand-ins for Spack's directives, for each choice of its variants: its syntax is Python's, the
variables that it gives to CMake are options of CMakeLists.txt, a Trilinos without Belos is not asked to build pde. The images run
one script each, the same, on the same release. All files that state a version state the same.
"""
import pathlib
import re
import sys
import types


def check(condition, what):
    if not condition:
        raise SystemExit(f"recipes: {what}")


def project_version(source):
    return re.search(r"project\(Terrace VERSION (\S+)", (source / "CMakeLists.txt").read_text()).group(1)


def cmake_options(source):
    """What CMakeLists.txt and its helpers let a user set."""
    text = "".join(path.read_text() for path in [source / "CMakeLists.txt", *sorted((source / "cmake").glob("*.cmake"))])
    return set(re.findall(r"\b(?:option|find_program)\((TERRACE_\w+)", text))


class Recipe:
    """Spack's directives, as far as the recipe uses them."""

    def __init__(self):
        self.variants, self.dependencies, self.versions = {}, [], []

    def directives(self):
        nothing = lambda *args, **options: None
        module = types.ModuleType("spack.package")
        module.variant = lambda name, default, description: self.variants.update({name: default})
        module.depends_on = lambda spec, when="", type="": self.dependencies.append((spec, when))
        module.version = lambda name, **options: self.versions.append(name)
        module.license = module.conflicts = nothing
        return module


class CMakePackage:
    def define(self, name, value):
        return f"-D{name}:{'BOOL' if isinstance(value, bool) else 'STRING'}={value}"

    def define_from_variant(self, name, variant):
        return self.define(name, self.spec.values[variant])


class CudaPackage:
    cuda_arch_values = ("80", "90")


def load_spack_recipe(path):
    recipe = Recipe()
    builds = types.ModuleType("cmake")
    builds.CMakePackage, builds.CudaPackage = CMakePackage, CudaPackage
    names = ["spack", "spack_repo", "spack_repo.builtin", "spack_repo.builtin.build_systems"]
    sys.modules.update({name: types.ModuleType(name) for name in names})
    sys.modules.update({"spack.package": recipe.directives(), "spack_repo.builtin.build_systems.cmake": builds,
                        "spack_repo.builtin.build_systems.cuda": builds})
    scope = {"__file__": str(path), "__name__": "terrace"}
    exec(compile(path.read_text(), str(path), "exec"), scope)
    return recipe, scope["Terrace"]


def cmake_arguments(package, values):
    instance = package()
    instance.run_tests = False
    instance.spec = types.SimpleNamespace(values=values, satisfies=lambda spec: values[spec.lstrip("+~")] == (spec[0] == "+"))
    instance.__class__ = type("Instance", (package,), {
        "__getitem__": lambda self, name: types.SimpleNamespace(kokkos_cxx="nvcc_wrapper")})
    return dict(re.fullmatch(r"-D(\w+):\w+=(.*)", argument).groups() for argument in instance.cmake_args())


def check_spack(source):
    recipe, package = load_spack_recipe(source / "spack/packages/terrace/package.py")
    check(package.git == source.resolve().as_uri(), f"Spack's recipe builds {package.git}, not this checkout")
    options = cmake_options(source)
    for pde in (True, False):
        for cuda in (True, False):
            arguments = cmake_arguments(package, {"pde": pde, "native": not pde, "onnx": pde, "cuda": cuda})
            unknown = {name for name in arguments if name.startswith("TERRACE_")} - options
            check(not unknown, f"Spack's recipe sets {', '.join(sorted(unknown))}, which CMakeLists.txt does not know")
            check([arguments[f"TERRACE_{name}"] for name in ("PDE", "NATIVE", "ONNX")] == [str(pde), str(not pde), str(pde)],
                  "Spack's variants do not arrive at CMake")
            check(("CMAKE_CXX_COMPILER" in arguments) == cuda, "Spack's recipe takes nvcc_wrapper where it should not")
    check(set(recipe.variants) == {"pde", "native", "onnx"}, f"Spack's variants are {sorted(recipe.variants)}")
    wanted = {spec.split("@")[0].split()[0] for spec, _ in recipe.dependencies}
    for package_name in ("mpi", "trilinos", "hdf5", "zlib-api", "cli11", "nlohmann-json", "matio", "libzip", "libpng", "onnx",
                         "protobuf"):
        check(package_name in wanted, f"Spack's recipe does not ask for {package_name}")
    least = re.search(r"cmake_minimum_required\(VERSION (\S+)\)", (source / "CMakeLists.txt").read_text()).group(1)
    check((f"cmake@{least}:", "") in recipe.dependencies, f"Spack's recipe does not ask for cmake {least}")


def check_images(source):
    folder = source / "scripts/containers"
    docker = (folder / "Dockerfile").read_text()
    apptainer = (folder / "terrace.def").read_text()
    command = "bash /usr/src/terrace/scripts/containers/build.sh"
    check(re.findall(r"^RUN (.*)$", docker, re.M) == [command], "the Dockerfile runs something else than build.sh")
    post = re.search(r"^%post\n(.*?)\n\n", apptainer, re.M | re.S).group(1)
    check(post.split("\n") == [f"  {command}"], "terrace.def runs something else than build.sh")
    releases = set(re.findall(r"^F(?:ROM|rom:) (\S+)$", docker + apptainer, re.M))
    check(releases == {"debian:trixie"}, f"the images start from {releases}")
    exported = re.findall(r"^export (\S*ALLOW_RUN_AS_ROOT\S*)$", (source / "scripts/mpi-environment.sh").read_text(), re.M)
    check(exported and f"ENV {' '.join(exported)}\n" in docker, "the Dockerfile does not let Open MPI run as root")


def check_versions(source):
    version = project_version(source)
    stated = {
        "CITATION.cff": re.search(r"^version: (\S+)$", (source / "CITATION.cff").read_text(), re.M).group(1),
        "python/pyproject.toml": re.search(r'^version = "(\S+)"$', (source / "python/pyproject.toml").read_text(), re.M).group(1),
        "CHANGELOG.md": re.findall(r"^## (\d\S*)", (source / "CHANGELOG.md").read_text(), re.M)[0],
        "python/terrace/__init__.py": re.search(r'^__version__ = "(\S+)"$', (source / "python/terrace/__init__.py").read_text(),
                                                re.M).group(1),
    }
    for file, found in stated.items():
        check(found == version, f"{file} says version {found}, CMakeLists.txt says {version}")


def main():
    source = pathlib.Path(sys.argv[1]).resolve()
    check_spack(source)
    check_images(source)
    check_versions(source)
    print("recipes: Spack, images and versions agree with the checkout")


main()
