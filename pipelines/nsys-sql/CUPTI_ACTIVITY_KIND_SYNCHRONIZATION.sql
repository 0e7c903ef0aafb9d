-- Waits of streams, events and contexts, as Kineto's category cuda_sync; stream 2^32-1 means no stream.
SELECT 'X' AS ph, 'cuda_sync' AS cat, c.start AS ts, c.end - c.start AS dur, coalesce(dev.pid, c.deviceId) AS pid, nullif(c.streamId, 4294967295) AS tid,
  coalesce((SELECT label FROM ENUM_CUPTI_SYNC_TYPE WHERE id = c.syncType), 'sync ' || c.syncType) AS name --? ENUM_CUPTI_SYNC_TYPE
  'sync ' || c.syncType AS name --? !ENUM_CUPTI_SYNC_TYPE
, dev.rank AS rank
, c.deviceId AS device, c.contextId AS context, nullif(c.streamId, 4294967295) AS stream
, c.correlationId AS correlation --? correlationId
FROM CUPTI_ACTIVITY_KIND_SYNCHRONIZATION c
LEFT JOIN dev ON dev.deviceId = c.deviceId
  AND dev.globalPid IS c.globalPid --? globalPid
WHERE c.rowid BETWEEN ?1 AND ?2 --? parts
ORDER BY c.rowid
;
