-- Copies, named as Kineto names them.
SELECT 'X' AS ph, 'gpu_memcpy' AS cat, c.start AS ts, c.end - c.start AS dur, coalesce(dev.pid, c.deviceId) AS pid, c.streamId AS tid,
  CASE c.copyKind WHEN 1 THEN 'Memcpy HtoD' WHEN 2 THEN 'Memcpy DtoH' WHEN 3 THEN 'Memcpy HtoA' WHEN 4 THEN 'Memcpy AtoH'
    WHEN 5 THEN 'Memcpy AtoA' WHEN 6 THEN 'Memcpy AtoD' WHEN 7 THEN 'Memcpy DtoA' WHEN 8 THEN 'Memcpy DtoD'
    WHEN 9 THEN 'Memcpy HtoH' WHEN 10 THEN 'Memcpy PtoP' ELSE 'Memcpy ' || c.copyKind END AS name, dev.rank AS rank
, c.bytes AS bytes
, c.deviceId AS device, c.contextId AS context, c.streamId AS stream
, c.correlationId AS correlation --? correlationId
, s.label AS "source kind" --? srcKind ENUM_CUDA_MEM_KIND
, d.label AS "destination kind" --? dstKind ENUM_CUDA_MEM_KIND
, c.graphNodeId AS "graph node id" --? graphNodeId
FROM CUPTI_ACTIVITY_KIND_MEMCPY c
LEFT JOIN ENUM_CUDA_MEM_KIND s ON s.id = c.srcKind --? srcKind ENUM_CUDA_MEM_KIND
LEFT JOIN ENUM_CUDA_MEM_KIND d ON d.id = c.dstKind --? dstKind ENUM_CUDA_MEM_KIND
LEFT JOIN dev ON dev.deviceId = c.deviceId
  AND dev.globalPid IS c.globalPid --? globalPid
WHERE c.rowid BETWEEN ?1 AND ?2 --? parts
ORDER BY c.rowid
;
