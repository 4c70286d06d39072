-- What wrk sends, and how it tells what came of it: one line that Lab's `Load` reads.

wrk.headers["Host"] = "app.example"
wrk.headers["User-Agent"] = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
wrk.headers["Accept"] = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
wrk.headers["Accept-Language"] = "en-GB,en;q=0.5"
wrk.headers["Cookie"] = "session=8f2f0c1d9f3a4e5b; theme=dark"

function done(summary, latency, requests)
    local errors = summary.errors
    io.write(string.format(
        "load requests=%d microseconds=%d octets=%d connect=%d read=%d write=%d status=%d timeout=%d p50=%d p99=%d p999=%d\n",
        summary.requests, summary.duration, summary.bytes,
        errors.connect, errors.read, errors.write, errors.status, errors.timeout,
        latency:percentile(50), latency:percentile(99), latency:percentile(99.9)))
end
