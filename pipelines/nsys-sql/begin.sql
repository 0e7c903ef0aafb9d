-- Before the tables: which processes there are, with their ranks where NVTX tells (a range or mark "rank 3", "rank=3",
-- "rank_3"); and the devices. Where several processes work
-- on one device index they stay apart: their pid is DEVICE@PROCESS.
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
