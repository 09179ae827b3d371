#!/usr/bin/env bash
# build-trilinos.sh [PREFIX]: builds a Trilinos with CUDA (static, MPI on) for the preset `cuda`, for those who have none.
# Prints where it is. A prefix that is complete is left as it is; an interrupted build continues.
#
# The source is Debian's package of Trilinos 13.2, edited below for CUDA 13 and for an architecture that its Kokkos does not
# know. About half an hour on one core. Needs nvcc, not a GPU.
#
#   ARCH=sm_90             what the libraries and everything compiled against them run on
#   JOBS=2                 compilations at a time
#   CUDA_HOME              the toolkit; default: /usr/local/cuda
#   TERRACE_CACHE          where source and build lie; default: ${XDG_CACHE_HOME:-~/.cache}/terrace
set -euo pipefail

arch=${ARCH:-sm_90}
cache=${TERRACE_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/terrace}
prefix=${1:-$cache/trilinos-cuda-$arch}
export CUDA_HOME=${CUDA_HOME:-/usr/local/cuda}
export PATH=$CUDA_HOME/bin:$PATH

say() { echo "build-trilinos.sh: $*"; }
fail() {
  echo "build-trilinos.sh: $*" >&2
  exit 1
}

if [[ -f $prefix/complete ]]; then
  say "Trilinos is in $prefix"
  exit 0
fi
for tool in nvcc apt-get dpkg-source cmake ninja mpicxx; do
  command -v "$tool" > /dev/null || fail "needs $tool"
done

# Debian's source, through a list of sources of its own: the system's lists stay as they are.
sources=$cache/trilinos-source
tree=$sources/trilinos
if [[ ! -d $tree ]]; then
  mkdir -p "$sources/lists/partial"
  mirror=$(bash "$(dirname "${BASH_SOURCE[0]}")/../debian-mirror.sh")
  echo "deb-src [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $mirror bookworm main" \
    > "$sources/sources.list"
  options=(-oDir::Etc::SourceList="$sources/sources.list" -oDir::Etc::SourceParts=/dev/null
           -oDir::State::Lists="$sources/lists" -oAPT::Sandbox::User=root)
  say "fetches Debian's source of Trilinos"
  (cd "$sources" && apt-get "${options[@]}" -qq update && apt-get "${options[@]}" -qq source --download-only trilinos)
  rm -rf "$tree.part"
  dpkg-source --no-check -x "$sources"/trilinos_13.2*.dsc "$tree.part" > "$sources/unpack.log" 2>&1
  mv "$tree.part" "$tree"
fi

# edit FILE MARK SED: once, and an error if the file is not as expected.
edit() {
  local file=$tree/packages/$1
  grep -qF -- "$2" "$file" && return
  sed -i "$3" "$file"
  grep -qF -- "$2" "$file" || fail "$1 is not the file that this script knows"
}
# CUDA 13: half precision converts from the type inside only; a prefetch takes a location.
edit kokkos/core/src/Cuda/Kokkos_Cuda_Half.hpp '__half2float(static_cast<half_t::impl_type>(val))' '
  s/__half2double(val)/__half2float(val)/
  s/__half2\([a-z_]*\)(val)/__half2\1(static_cast<half_t::impl_type>(val))/'
edit kokkos/core/src/Cuda/Kokkos_CudaSpace.cpp cudaMemLocation '
  s/cudaMemPrefetchAsync(ptr, bytes, space.cuda_device(),/cudaMemPrefetchAsync(\n        ptr, bytes, cudaMemLocation{cudaMemLocationTypeDevice, space.cuda_device()}, 0,/'
# This Kokkos knows nothing newer than Ampere: its Ampere is compiled for the architecture that is wanted.
sed -i "s/\(CHECK_CUDA_ARCH(AMPERE80 *\)sm_[0-9a-z]*/\1$arch/" "$tree/packages/kokkos/cmake/kokkos_arch.cmake"
sed -i "s/^default_arch=.*/default_arch=\"$arch\"/" "$tree/packages/kokkos/bin/nvcc_wrapper"

build=$cache/trilinos-build-$arch
mkdir -p "$build" "$prefix"
export NVCC_WRAPPER_DEFAULT_COMPILER=g++ OMPI_CXX=$tree/packages/kokkos/bin/nvcc_wrapper
if [[ ! -f $build/build.ninja ]]; then
  say "configures in $build"
  on=(Teuchos TeuchosNumerics Kokkos KokkosKernels Tpetra TpetraCore ROL)
  off=(ALL_PACKAGES ALL_OPTIONAL_PACKAGES TESTS EXAMPLES Fortran TpetraTSQR Epetra)
  packages=("${on[@]/%/=ON}" "${off[@]/%/=OFF}")
  cmake -G Ninja -S "$tree" -B "$build" "${packages[@]/#/-DTrilinos_ENABLE_}" -DTrilinos_ASSERT_MISSING_PACKAGES=OFF \
    -DCMAKE_CXX_COMPILER=mpicxx -DCMAKE_C_COMPILER=mpicc -DCMAKE_CXX_STANDARD=17 -DCMAKE_BUILD_TYPE=Release \
    -DBUILD_SHARED_LIBS=OFF -DCMAKE_INSTALL_PREFIX="$prefix" \
    -DTPL_ENABLE_MPI=ON -DTPL_ENABLE_CUDA=ON -DCUDA_TOOLKIT_ROOT_DIR="$CUDA_HOME" \
    -DTPL_ENABLE_CUBLAS=OFF -DTPL_ENABLE_CUSPARSE=OFF -DTPL_ENABLE_Boost=OFF -DTPL_ENABLE_Matio=OFF -DTPL_ENABLE_DLlib=OFF \
    -DKokkos_ENABLE_SERIAL=ON -DKokkos_ENABLE_CUDA=ON -DKokkos_ENABLE_CUDA_LAMBDA=ON -DKokkos_ENABLE_CUDA_UVM=OFF \
    -DKokkos_ARCH_AMPERE80=ON \
    -DKokkosKernels_ADD_DEFAULT_ETI=OFF -DKokkosKernels_INST_DOUBLE=OFF -DKokkosKernels_INST_LAYOUTLEFT=OFF \
    -DKokkosKernels_INST_ORDINAL_INT=OFF -DKokkosKernels_INST_OFFSET_INT=OFF -DKokkosKernels_INST_OFFSET_SIZE_T=OFF \
    -DKokkosKernels_INST_MEMSPACE_CUDAUVMSPACE=OFF \
    -DROL_ENABLE_Tpetra=ON -DTpetraCore_ENABLE_TeuchosNumerics=ON -DTpetra_ENABLE_CUDA_UVM=OFF \
    -DTpetra_INST_SERIAL=OFF -DTpetra_INST_CUDA=ON -DTpetra_INST_INT_LONG_LONG=ON -DTpetra_INST_INT_INT=OFF \
    -DTpetra_INST_DOUBLE=ON -DTpetra_INST_FLOAT=OFF -DTpetra_INST_COMPLEX_DOUBLE=OFF \
    -DTpetra_ENABLE_EXPLICIT_INSTANTIATION=OFF -DTpetraCore_ENABLE_EXPLICIT_INSTANTIATION=OFF \
    > "$build/configure.log" 2>&1 || {
    rm -f "$build/build.ninja"
    fail "configuration failed: $build/configure.log"
  }
fi

say "builds in $build; log: $build/build.log"
ninja -C "$build" -j "${JOBS:-2}" install > "$build/build.log" 2>&1 || fail "the build failed: $build/build.log"
# nvcc links its runtime itself, and cuBLAS and cuFFT are not used: nobody who links needs them.
find "$prefix/lib/cmake" -name "*.cmake" -exec \
  sed -i "s,;*$CUDA_HOME/lib64/lib\(cudart\|cublas\|cufft\)\.so,,g" {} +
touch "$prefix/complete"
say "Trilinos is in $prefix"
