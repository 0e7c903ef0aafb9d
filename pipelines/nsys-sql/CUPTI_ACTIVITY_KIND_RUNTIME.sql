-- Calls of the CUDA runtime (cuda...) and driver (cu...): pid and tid are the caller's.
SELECT 'X' AS ph, CASE WHEN n.value >= 'cuA' AND n.value < 'cu[' THEN 'cuda_driver' ELSE 'cuda_runtime' END AS cat,
  c.start AS ts, c.end - c.start AS dur, c.globalTid >> 24 & 16777215 AS pid, c.globalTid & 16777215 AS tid,
  coalesce(n.value, c.nameId) AS name, proc.rank AS rank
, c.correlationId AS correlation --? correlationId
, c.returnValue AS "return value" --? returnValue
FROM CUPTI_ACTIVITY_KIND_RUNTIME c
LEFT JOIN StringIds n ON n.id = c.nameId
LEFT JOIN proc ON proc.pid = c.globalTid >> 24 & 16777215
WHERE c.rowid BETWEEN ?1 AND ?2 --? parts
ORDER BY c.rowid
;
