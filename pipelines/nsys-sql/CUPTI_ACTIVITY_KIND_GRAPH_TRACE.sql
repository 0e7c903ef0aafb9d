-- CUDA graphs recorded without their kernels (--cuda-graph-trace=graph): what ran in them is not known.
SELECT 'X' AS ph, 'cuda_graph' AS cat, c.start AS ts, c.end - c.start AS dur, coalesce(dev.pid, c.deviceId) AS pid, c.streamId AS tid,
  'graph ' || c.graphId AS name, dev.rank AS rank
, c.deviceId AS device, c.streamId AS stream
, c.correlationId AS correlation --? correlationId
, c.graphExecId AS "graph exec id" --? graphExecId
FROM CUPTI_ACTIVITY_KIND_GRAPH_TRACE c
LEFT JOIN dev ON dev.deviceId = c.deviceId
  AND dev.globalPid IS c.globalPid --? globalPid
WHERE c.rowid BETWEEN ?1 AND ?2 --? parts
ORDER BY c.rowid
;
