-- NVTX: ranges (59 push/pop, 60 start/end) are user annotations, marks (34) instants; the rest (names of domains,
-- categories, threads) metadata. The name is the row's own text or a registered string.
SELECT CASE WHEN e.eventType IN (59, 60) THEN 'X' WHEN e.eventType = 34 THEN 'i' ELSE 'M' END AS ph,
  CASE WHEN e.eventType IN (59, 60, 34) THEN 'user_annotation' ELSE 'nvtx' END AS cat,
  e.start AS ts, e.end - e.start AS dur, e.globalTid >> 24 & 16777215 AS pid, e.globalTid & 16777215 AS tid,
  coalesce(e.text, n.value, '.') AS name, proc.rank AS rank --? textId
  coalesce(e.text, '.') AS name, proc.rank AS rank --? !textId
, e.domainId AS domain --? domainId
, nullif(e.rangeId, 0) AS "range id" --? rangeId
, coalesce(e.int64Value, e.uint64Value, e.int32Value, e.uint32Value, e.doubleValue) AS payload --? int64Value
FROM NVTX_EVENTS e
LEFT JOIN StringIds n ON n.id = e.textId --? textId
LEFT JOIN proc ON proc.pid = e.globalTid >> 24 & 16777215
WHERE e.rowid BETWEEN ?1 AND ?2 --? parts
ORDER BY e.rowid
;
