-- One fixed request, made once and sent again and again: `wrk -s load.lua URL -- METHOD TARGET [BODY]`.
-- The last line written is the result as JSON. wrk counts a status above 399 as an error.

init = function(args)
   wrk.method = args[1]
   wrk.path = args[2]
   wrk.body = args[3]
end

done = function(summary, latency)
   local errors = summary.errors
   io.write(string.format(
      '{"requests": %d, "duration_us": %d, "p50_us": %d, "p99_us": %d, '
         .. '"socket_errors": %d, "status_errors": %d}\n',
      summary.requests, summary.duration, latency:percentile(50), latency:percentile(99),
      errors.connect + errors.read + errors.write + errors.timeout, errors.status))
end
