# Sourced by the other scripts: lets Open MPI run as root (containers) and with more ranks than cores. The tests read the lines
# that begin with "export", so that each variable stands here alone: one a line, values without blanks.
export OMPI_ALLOW_RUN_AS_ROOT=1
export OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1
# Open MPI 4 reads the first of these two, 5 and 6 the second.
export OMPI_MCA_rmaps_base_oversubscribe=1
export PRTE_MCA_rmaps_default_mapping_policy=:oversubscribe
