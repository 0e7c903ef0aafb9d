-- Facts of the complete profile: the session's start, the rank in the environment, the graphs that were
-- recorded without their kernels, the devices. The first column's name says which fact a row is.
SELECT utcEpochNs AS base FROM TARGET_INFO_SESSION_START_TIME LIMIT 1; --? TARGET_INFO_SESSION_START_TIME
SELECT DISTINCT replace(substr(value, instr(value, '=') + 1), '"', '') AS rank FROM META_DATA_CAPTURE --? META_DATA_CAPTURE
  WHERE name LIKE '%ENVIRONMENT_VARIABLE' AND substr(value, 1, instr(value, '=') - 1) --? META_DATA_CAPTURE
    IN ('RANK', 'OMPI_COMM_WORLD_RANK', 'PMI_RANK', 'PMIX_RANK', 'SLURM_PROCID'); --? META_DATA_CAPTURE
SELECT count(*) AS graphs FROM CUPTI_ACTIVITY_KIND_GRAPH_TRACE; --? CUPTI_ACTIVITY_KIND_GRAPH_TRACE
SELECT id, name, smCount AS numSms, totalMemory AS totalGlobalMem FROM TARGET_INFO_GPU ORDER BY id; --? TARGET_INFO_GPU
