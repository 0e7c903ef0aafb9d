-- Sampled GPU metrics: counters of the device (the low byte of typeId).
SELECT 'C' AS ph, 'counter' AS cat, g.timestamp AS ts, g.typeId & 255 AS pid, 'gpu_metrics' AS tid,
  coalesce(m.metricName, 'metric ' || g.metricId) AS name, g.value AS value --? TARGET_INFO_GPU_METRICS
  'metric ' || g.metricId AS name, g.value AS value --? !TARGET_INFO_GPU_METRICS
FROM GPU_METRICS g
LEFT JOIN TARGET_INFO_GPU_METRICS m ON m.typeId = g.typeId AND m.metricId = g.metricId --? TARGET_INFO_GPU_METRICS
WHERE g.rowid BETWEEN ?1 AND ?2 --? parts
ORDER BY g.rowid
;
