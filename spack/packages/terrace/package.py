"""Spack's recipe of Terrace. From a checkout, whose last commit it builds:

    spack repo add terrace/spack
    spack install terrace +cuda cuda_arch=90
"""

import pathlib

from spack.package import *

try:  # since Spack 1.0 these are in the repository of packages
    from spack_repo.builtin.build_systems.cmake import CMakePackage
    from spack_repo.builtin.build_systems.cuda import CudaPackage
except ImportError:
    pass


class Terrace(CMakePackage, CudaPackage):
    """Trains deep residual networks by a multilevel trust-region method, as a plug-in for Trilinos/ROL."""

    git = pathlib.Path(__file__).resolve().parents[3].as_uri()
    license("BSD-3-Clause")

    version("main", branch="main")

    # There is no variant mpi: MPI, and HDF5 with MPI, are always needed.
    variant("pde", default=True, description="Data from finite-element solves, by Belos and Ifpack2")
    variant("onnx", default=True, description="Read and write ONNX files")
    variant("native", default=True, description="Compile the kernels for the instruction set of this machine")
    conflicts("+pde", when="+cuda", msg="Terrace's PDE solves run on the host, and need a Trilinos without CUDA")

    depends_on("c", type="build")
    depends_on("cxx", type="build")
    depends_on("cmake@3.25:", type="build")

    depends_on("mpi")
    depends_on("trilinos@13.2:16 +mpi +kokkos +tpetra +rol gotype=long_long cxxstd=17")
    depends_on("trilinos +belos +ifpack2", when="+pde")
    depends_on("trilinos ~cuda", when="~cuda")
    for _arch in CudaPackage.cuda_arch_values:
        depends_on(f"trilinos +cuda +wrapper ~uvm cuda_arch={_arch}", when=f"+cuda cuda_arch={_arch}")
    depends_on("hdf5@1.10: +mpi")
    depends_on("zlib-api")

    # The program
    depends_on("cli11@2:")
    depends_on("nlohmann-json@3.11:")
    depends_on("matio")
    depends_on("libzip")
    depends_on("libpng")
    depends_on("onnx", when="+onnx")
    depends_on("protobuf", when="+onnx")
    depends_on("gnuplot", type="run")

    # Users' types can join the conformance suites.
    depends_on("googletest")

    def cmake_args(self):
        args = [
            self.define("TERRACE_TESTS", self.run_tests),
            self.define("TERRACE_CCACHE", ""),
            self.define_from_variant("TERRACE_PDE", "pde"),
            self.define_from_variant("TERRACE_ONNX", "onnx"),
            self.define_from_variant("TERRACE_NATIVE", "native"),
        ]
        if self.spec.satisfies("+cuda"):
            args.append(self.define("CMAKE_CXX_COMPILER", self["trilinos"].kokkos_cxx))
        return args
