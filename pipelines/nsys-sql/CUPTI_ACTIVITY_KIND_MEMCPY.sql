-- Copies, named as Kineto names them.
SELECT 'X' AS ph, 'gpu_memcpy' AS cat, c.start AS ts, c.end - c.start AS dur, coalesce(dev.pid, c.deviceId) AS pid, c.streamId AS tid,
  'Memcpy ' || CASE c.copyKind WHEN 1 THEN 'HtoD' WHEN 2 THEN 'DtoH' WHEN 3 THEN 'HtoA' WHEN 4 THEN 'AtoH'
    WHEN 5 THEN 'AtoA' WHEN 6 THEN 'AtoD' WHEN 7 THEN 'DtoA' WHEN 8 THEN 'DtoD' WHEN 9 THEN 'HtoH' WHEN 10 THEN 'PtoP'
    ELSE c.copyKind END AS name, dev.rank AS rank
, c.bytes AS bytes
, c.deviceId AS device, c.contextId AS context, c.streamId AS stream
, c.correlationId AS correlation --? correlationId
, (SELECT label FROM ENUM_CUDA_MEM_KIND WHERE id = c.srcKind) AS "source kind" --? srcKind ENUM_CUDA_MEM_KIND
, (SELECT label FROM ENUM_CUDA_MEM_KIND WHERE id = c.dstKind) AS "destination kind" --? dstKind ENUM_CUDA_MEM_KIND
, c.graphNodeId AS "graph node id" --? graphNodeId
FROM CUPTI_ACTIVITY_KIND_MEMCPY c
LEFT JOIN dev ON dev.deviceId = c.deviceId
  AND dev.globalPid IS c.globalPid --? globalPid
;
