-- Before the tables: which processes there are, with their ranks if NVTX has them (a range or mark "rank 3", "rank=3",
-- "rank_3"); and the devices. If several processes work
-- on one device index they stay separate: their pid is DEVICE@PROCESS.
CREATE TEMP TABLE proc AS SELECT 0 AS pid, NULL AS rank WHERE 0;
INSERT INTO proc SELECT globalTid >> 24 & 16777215 AS p, max(CAST(substr(text, 6) AS INTEGER)) FROM NVTX_EVENTS --? NVTX_EVENTS
  WHERE lower(text) GLOB 'rank[ =:_-][0-9]*' AND trim(substr(text, 6), '0123456789') = '' --? NVTX_EVENTS
  GROUP BY p HAVING count(DISTINCT CAST(substr(text, 6) AS INTEGER)) = 1; --? NVTX_EVENTS
CREATE INDEX temp.proc_pid ON proc(pid);
CREATE TEMP TABLE used AS SELECT 0 AS deviceId, 0 AS globalPid, 0 AS works WHERE 0;
INSERT INTO used SELECT DISTINCT deviceId, globalPid, 1 FROM CUPTI_ACTIVITY_KIND_KERNEL; --? CUPTI_ACTIVITY_KIND_KERNEL:globalPid
INSERT INTO used SELECT DISTINCT deviceId, globalPid, 1 FROM CUPTI_ACTIVITY_KIND_MEMCPY; --? CUPTI_ACTIVITY_KIND_MEMCPY:globalPid
INSERT INTO used SELECT DISTINCT deviceId, globalPid, 1 FROM CUPTI_ACTIVITY_KIND_MEMSET; --? CUPTI_ACTIVITY_KIND_MEMSET:globalPid
INSERT INTO used SELECT DISTINCT deviceId, globalPid, 0 FROM CUPTI_ACTIVITY_KIND_SYNCHRONIZATION; --? CUPTI_ACTIVITY_KIND_SYNCHRONIZATION:globalPid
INSERT INTO used SELECT DISTINCT deviceId, globalPid, 1 FROM CUPTI_ACTIVITY_KIND_GRAPH_TRACE; --? CUPTI_ACTIVITY_KIND_GRAPH_TRACE:globalPid
CREATE TEMP TABLE dev AS SELECT DISTINCT u.deviceId, u.globalPid, proc.rank AS rank,
  CASE WHEN EXISTS (SELECT 1 FROM used x WHERE x.works AND x.deviceId = u.deviceId AND x.globalPid <> u.globalPid)
    AND (proc.rank IS NULL OR (SELECT count(*) FROM proc p WHERE p.rank = proc.rank) > 1)
    THEN u.deviceId || '@' || (u.globalPid >> 24 & 16777215) ELSE u.deviceId END AS pid,
  (SELECT max(numMultiprocessors) FROM TARGET_INFO_CUDA_DEVICE t WHERE t.cudaId = u.deviceId) AS sms --? TARGET_INFO_CUDA_DEVICE:numMultiprocessors
  (SELECT CASE WHEN count(DISTINCT smCount) = 1 THEN max(smCount) END FROM TARGET_INFO_GPU) AS sms --? !TARGET_INFO_CUDA_DEVICE:numMultiprocessors TARGET_INFO_GPU
  NULL AS sms --? !TARGET_INFO_CUDA_DEVICE:numMultiprocessors !TARGET_INFO_GPU
FROM used u LEFT JOIN proc ON proc.pid = u.globalPid >> 24 & 16777215;
CREATE INDEX temp.dev_id ON dev(deviceId);
-- The message size that NCCL records with a call (a range's JSON), for the kernel that the call launched: the only
-- launch within the range, on the same thread. By the convention of nccl-tests the total of all ranks counts for
-- allgather, reducescatter and alltoall, of which NCCL records one rank's share; other calls are ignored.
CREATE TEMP TABLE said AS SELECT 0 AS globalTid, 0 AS start, 0 AS end, '' AS call, '' AS json WHERE 0;
INSERT INTO said --? NVTX_EVENTS:jsonText
  SELECT e.globalTid, e.start, e.end, coalesce(e.text, n.value), coalesce(e.jsonText, j.value) AS json --? NVTX_EVENTS:jsonText NVTX_EVENTS:jsonTextId
  SELECT e.globalTid, e.start, e.end, coalesce(e.text, n.value), e.jsonText AS json --? NVTX_EVENTS:jsonText !NVTX_EVENTS:jsonTextId
  FROM NVTX_EVENTS e --? NVTX_EVENTS:jsonText
  LEFT JOIN StringIds n ON n.id = e.textId --? NVTX_EVENTS:jsonText NVTX_EVENTS:textId
  LEFT JOIN (SELECT NULL AS value) n --? NVTX_EVENTS:jsonText !NVTX_EVENTS:textId
  LEFT JOIN StringIds j ON j.id = e.jsonTextId --? NVTX_EVENTS:jsonText NVTX_EVENTS:jsonTextId
  WHERE json LIKE '%Message size [bytes]%' OR json LIKE '%No. of ranks%'; --? NVTX_EVENTS:jsonText
DELETE FROM said WHERE NOT json_valid(json);
CREATE TEMP TABLE ranks AS SELECT pid, id, max(n) AS n FROM (SELECT globalTid >> 24 AS pid,
    coalesce(json_extract(json, '$."Communicator ID"'), json_extract(json, '$."NCCL communicator ID"')) AS id,
    json_extract(json, '$."No. of ranks"') AS n FROM said)
  WHERE typeof(n) = 'integer' AND n > 0 GROUP BY pid, id HAVING count(DISTINCT n) = 1;
CREATE TEMP TABLE call AS SELECT s.globalTid, s.start, s.end, s.bytes *
    CASE WHEN s.call IN ('ncclAllReduce', 'ncclBroadcast', 'ncclBcast', 'ncclReduce', 'ncclSend', 'ncclRecv') THEN 1
      WHEN s.call IN ('ncclAllGather', 'ncclReduceScatter', 'ncclAlltoAll') THEN ranks.n END AS bytes
  FROM (SELECT *, json_extract(json, '$."Message size [bytes]"') AS bytes,
    coalesce(json_extract(json, '$."Communicator ID"'), json_extract(json, '$."NCCL communicator ID"')) AS id FROM said) s
  LEFT JOIN ranks ON ranks.pid = s.globalTid >> 24 AND ranks.id = s.id
  WHERE typeof(s.bytes) = 'integer' AND s.bytes >= 0;
CREATE INDEX temp.call_at ON call(globalTid, start);
CREATE TEMP TABLE message AS SELECT 0 AS correlationId, 0 AS globalPid, 0 AS bytes WHERE 0;
INSERT INTO message --? CUPTI_ACTIVITY_KIND_RUNTIME:correlationId
  SELECT r.correlationId, r.globalTid >> 24 << 24, c.bytes FROM (SELECT *, --? CUPTI_ACTIVITY_KIND_RUNTIME:correlationId
    (SELECT rowid FROM call c WHERE c.globalTid = r.globalTid AND c.start <= r.start --? CUPTI_ACTIVITY_KIND_RUNTIME:correlationId
      ORDER BY c.start DESC LIMIT 1) AS at FROM CUPTI_ACTIVITY_KIND_RUNTIME r --? CUPTI_ACTIVITY_KIND_RUNTIME:correlationId
    WHERE EXISTS (SELECT 1 FROM call) --? CUPTI_ACTIVITY_KIND_RUNTIME:correlationId
      AND r.nameId IN (SELECT id FROM StringIds WHERE value LIKE '%LaunchKernel%')) r --? CUPTI_ACTIVITY_KIND_RUNTIME:correlationId
  JOIN call c ON c.rowid = r.at WHERE r.end <= c.end --? CUPTI_ACTIVITY_KIND_RUNTIME:correlationId
  GROUP BY r.at HAVING count(*) = 1; --? CUPTI_ACTIVITY_KIND_RUNTIME:correlationId
CREATE INDEX temp.message_of ON message(correlationId, globalPid);
