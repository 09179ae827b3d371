#!/usr/bin/env bash
# cuda_compile.sh FOLDER [UNIT...]: compiles units of packages/resnet/src (all of them if none is named) for CUDA,
# nothing is linked or run. Needs nvcc and Trilinos 13.2 as Debian has it, whose headers have Kokkos' CUDA backend
# but are configured without: FOLDER gets a copy that is configured for it, with CUDA as Tpetra's default node. Prints
# for each kernel its registers and what it spills. ARCH=sm_90 is the default; Kokkos 3.4 knows nothing newer than
# sm_86, which is what the copy's configuration says.
set -euo pipefail
if [[ $# -lt 1 ]]; then
  echo "usage: cuda_compile.sh FOLDER [UNIT...]" >&2
  exit 2
fi
source=$(cd "$(dirname "$0")/../.." && pwd)
mkdir -p "$1"
folder=$(cd "$1" && pwd)
shift
trilinos=${TRILINOS_INCLUDE:-/usr/include/trilinos}
headers=$folder/trilinos
units=("$@")
[[ ${#units[@]} -gt 0 ]] || mapfile -t units < <(find "$source/packages/resnet/src" -name "*.cpp" | sort)

edit() { sed -i "$2" "$headers/$1"; }
if [[ ! -d $headers ]]; then
  cp -r "$trilinos" "$folder/copy"
  mv "$folder/copy" "$headers"
  edit KokkosCore_config.h 's/KOKKOS_ENABLE_CXX14/KOKKOS_ENABLE_CXX17/
    s/^#define KOKKOS_ENABLE_SERIAL.*/&\n#define KOKKOS_ENABLE_CUDA\n#define KOKKOS_ENABLE_CUDA_LAMBDA\n#define KOKKOS_ARCH_AMPERE\n#define KOKKOS_ARCH_AMPERE86/'
  edit KokkosCore_Config_DeclareBackend.hpp 's/\(.*\)Kokkos_Declare_SERIAL\(.*\)/&\n\1Kokkos_Declare_CUDA\2/'
  edit KokkosCore_Config_FwdBackend.hpp 's/\(.*\)Kokkos_Fwd_SERIAL\(.*\)/&\n\1Kokkos_Fwd_CUDA\2/'
  edit KokkosCore_Config_SetupBackend.hpp 's/^#define KOKKOS_SETUP_HPP_/&\n#include <setup\/Kokkos_Setup_Cuda.hpp>/'
  edit KokkosClassic_DefaultNode_config.h 's/KokkosSerialWrapperNode/KokkosCudaWrapperNode/
    s/^#define HAVE_TPETRA_DEFAULTNODE_SERIALWRAPPERNODE/#define HAVE_TPETRA_DEFAULTNODE_CUDAWRAPPERNODE/'
  # Tpetra is not instantiated for CUDA in Debian's libraries: its templates are to be defined in the headers.
  edit TpetraCore_config.h 's/^#define HAVE_TPETRA_EXPLICIT_INSTANTIATION/\/\/ &/'
  edit KokkosKernels_config.h \
    's/^#define KOKKOSKERNELS_INST_EXECSPACE_SERIAL/&\n#define KOKKOSKERNELS_INST_EXECSPACE_CUDA\n#define KOKKOSKERNELS_INST_MEMSPACE_CUDASPACE/'
  # Conversions of half precision that CUDA 13 no longer has.
  edit Cuda/Kokkos_Cuda_Half.hpp \
    's/return __half2double(val)/return static_cast<double>(__half2float(static_cast<half_t::impl_type>(val)))/
     s/return \(__half2[a-z_]*\)(val)/return \1(static_cast<half_t::impl_type>(val))/'
fi

options=(-std=c++17 -O3 "-arch=${ARCH:-sm_90}" --extended-lambda --expt-relaxed-constexpr -diag-suppress 1675 -x cu
         -Xptxas -v -I "$source/packages/resnet/include" -I "$source/packages/resnet/src"
         -I "$source/packages/multilevel/include" -I "$source/packages/parameters/include" -isystem "$headers")
for flag in $(mpicxx --showme:incdirs 2> /dev/null); do options+=(-isystem "$flag"); done

status=0
for unit in "${units[@]}"; do
  log=$folder/$(basename "$unit").log
  if nvcc "${options[@]}" -c "$unit" -o "$folder/$(basename "$unit").o" > "$log" 2>&1; then
    echo "$(basename "$unit"): compiled"
  else
    echo "$(basename "$unit"): failed, see $log"
    status=1
  fi
  c++filt < "$log" | awk '
    /Compiling entry function/ { kernel = ""; if (match($0, /terrace::resnet::detail::[A-Za-z]+</)) {
      kernel = substr($0, RSTART + 25, RLENGTH - 26)
      if (match($0, /(double|float), \(?[0-9]+/)) kernel = kernel " " substr($0, RSTART, RLENGTH) } }
    /bytes spill stores/ { spilled = $5 }
    /Used [0-9]+ registers/ && kernel != "" { match($0, /Used [0-9]+/)
      print "  " kernel ": " substr($0, RSTART + 5, RLENGTH - 5) " registers, " spilled " bytes spilled"; kernel = "" }' | sort | uniq -c
done
exit $status
