-- Requests made once and sent again and again: `wrk -s load.lua URL -- METHOD TARGET DISKS [BODY]`. With more than one
-- disk, `%012x` in the target is any of them (1 to DISKS).
-- The last line written is the result as JSON. wrk counts a status above 399 as an error.

local requests = {}

init = function(args)
   wrk.method = args[1]
   wrk.body = args[4]
   local disks = tonumber(args[3])
   for number = 1, disks do
      requests[number] = wrk.format(nil, disks > 1 and string.format(args[2], number) or args[2])
   end
   math.randomseed(20)
end

request = function()
   return requests[#requests > 1 and math.random(#requests) or 1]
end

done = function(summary, latency)
   local errors = summary.errors
   io.write(string.format(
      '{"requests": %d, "duration_us": %d, "p50_us": %d, "p99_us": %d, '
         .. '"socket_errors": %d, "status_errors": %d}\n',
      summary.requests, summary.duration, latency:percentile(50), latency:percentile(99),
      errors.connect + errors.read + errors.write + errors.timeout, errors.status))
end
