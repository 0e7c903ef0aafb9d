-- Kernels: pid is the device, tid the stream. A line that ends in "--? NAME..." is left out where the table has no
-- such column, or the file no such table (!NAME: where it has): schemas differ from release to release.
SELECT 'X' AS ph, 'kernel' AS cat, k.start AS ts, k.end - k.start AS dur, coalesce(dev.pid, k.deviceId) AS pid, k.streamId AS tid,
  coalesce(n.value, k.demangledName) AS name, dev.rank AS rank
, k.deviceId AS device, k.contextId AS context, k.streamId AS stream
, k.correlationId AS correlation --? correlationId
, k.registersPerThread AS "registers per thread" --? registersPerThread
, k.staticSharedMemory + k.dynamicSharedMemory AS "shared memory" --? dynamicSharedMemory
, CASE WHEN dev.sms THEN printf('%.6f', k.gridX * k.gridY * k.gridZ * 1.0 / dev.sms) END AS "blocks per SM"
, '[' || k.gridX || ',' || k.gridY || ',' || k.gridZ || ']' AS grid
, '[' || k.blockX || ',' || k.blockY || ',' || k.blockZ || ']' AS block
, k.graphNodeId AS "graph node id" --? graphNodeId
FROM CUPTI_ACTIVITY_KIND_KERNEL k
LEFT JOIN StringIds n ON n.id = k.demangledName
LEFT JOIN dev ON dev.deviceId = k.deviceId
  AND dev.globalPid IS k.globalPid --? globalPid
;
