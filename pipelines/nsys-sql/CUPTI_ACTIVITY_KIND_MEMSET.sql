-- Fills of device memory.
SELECT 'X' AS ph, 'gpu_memset' AS cat, c.start AS ts, c.end - c.start AS dur, coalesce(dev.pid, c.deviceId) AS pid, c.streamId AS tid,
  'Memset' AS name, dev.rank AS rank
, c.bytes AS bytes
, c.deviceId AS device, c.contextId AS context, c.streamId AS stream
, c.correlationId AS correlation --? correlationId
, c.graphNodeId AS "graph node id" --? graphNodeId
FROM CUPTI_ACTIVITY_KIND_MEMSET c
LEFT JOIN dev ON dev.deviceId = c.deviceId
  AND dev.globalPid IS c.globalPid --? globalPid
WHERE c.rowid BETWEEN ?1 AND ?2 --? parts
ORDER BY c.rowid
;
