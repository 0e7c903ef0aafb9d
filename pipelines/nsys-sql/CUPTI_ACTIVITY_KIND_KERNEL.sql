-- Kernels: pid is the device, tid the stream. A line that ends in "--? NAME..." is left out if the table has no
-- such column, or the file no such table (!NAME: if it has): schemas differ from release to release. A table that
-- exists only as NAME_V2 or NAME_V3 is called NAME here. The columns ph, cat, ts, dur, pid, tid, name and rank are an
-- event's, "message bytes" is the size of a collective's message, others are tags: "/ KEY" and the column after it a
-- quotient with six decimals, KEY[0], KEY[1]... a list. "parts" holds if ranges of rows are read in parallel.
SELECT 'X' AS ph, 'kernel' AS cat, k.start AS ts, k.end - k.start AS dur, coalesce(dev.pid, k.deviceId) AS pid, k.streamId AS tid,
  coalesce(n.value, k.demangledName) AS name, dev.rank AS rank
, k.deviceId AS device, k.contextId AS context, k.streamId AS stream
, k.correlationId AS correlation --? correlationId
, k.registersPerThread AS "registers per thread" --? registersPerThread
, k.staticSharedMemory + k.dynamicSharedMemory AS "shared memory" --? dynamicSharedMemory
, k.gridX * k.gridY * k.gridZ AS "/ blocks per SM", dev.sms AS sms
, k.gridX AS "grid[0]", k.gridY AS "grid[1]", k.gridZ AS "grid[2]"
, k.blockX AS "block[0]", k.blockY AS "block[1]", k.blockZ AS "block[2]"
, k.graphNodeId AS "graph node id" --? graphNodeId
, message.bytes AS "message bytes" --? globalPid correlationId NVTX_EVENTS:jsonText
FROM CUPTI_ACTIVITY_KIND_KERNEL k
LEFT JOIN StringIds n ON n.id = k.demangledName
LEFT JOIN dev ON dev.deviceId = k.deviceId
  AND dev.globalPid IS k.globalPid --? globalPid
LEFT JOIN message ON message.correlationId = k.correlationId AND message.globalPid = k.globalPid --? globalPid correlationId NVTX_EVENTS:jsonText
WHERE k.rowid BETWEEN ?1 AND ?2 --? parts
ORDER BY k.rowid
;
