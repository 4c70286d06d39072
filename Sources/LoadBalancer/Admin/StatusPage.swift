/// The page that `/` shows: one file without references, refreshed from `/status` every second.
///
/// Everything goes in as text nodes, so that no name in a configuration can become markup.
package enum StatusPage {
    package static let html = """
        <!doctype html>
        <html lang="en">
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width">
        <title>Apus</title>
        <style>
        :root { color-scheme: light dark; font: 15px/1.5 system-ui, sans-serif }
        body { margin: 2rem auto; max-width: 70rem; padding: 0 1rem }
        table { border-collapse: collapse; width: 100%; margin: .5rem 0 2rem }
        th, td { text-align: left; padding: .3rem .8rem .3rem 0; border-bottom: 1px solid #8884 }
        td.n, th.n { text-align: right; font-variant-numeric: tabular-nums }
        .up { color: #2a8a3e } .down { color: #c7362f; font-weight: 600 } .unchecked, small { opacity: .7 }
        #lost { color: #c7362f }
        </style>
        <h1>Apus <small id="about"></small></h1>
        <p id="lost" hidden>No answer: what is shown is old.</p>
        <main></main>
        <script>
        const main = document.querySelector('main'), about = document.getElementById('about')
        const lost = document.getElementById('lost')
        function element(name, text, kind) {
            const made = document.createElement(name)
            if (text !== undefined) made.textContent = text ?? ''
            if (kind) made.className = kind
            return made
        }
        function table(title, heads, rows) {
            const made = element('table'), top = made.createTHead().insertRow(), body = made.createTBody()
            for (const head of heads) top.append(element('th', head.replace('#', ''), head[0] === '#' ? 'n' : ''))
            for (const row of rows) {
                const line = body.insertRow()
                row.forEach((cell, place) => {
                    const kind = ['up', 'down', 'unchecked'].includes(cell) ? cell : heads[place][0] === '#' ? 'n' : ''
                    line.append(element('td', cell, kind))
                })
            }
            return [element('h2', title), made]
        }
        const number = value => value.toLocaleString('en', { maximumFractionDigits: value < 10 ? 2 : 0 })
        function show(status) {
            about.textContent = `${status.version}, up ${Math.floor(status.uptime_seconds)} s` +
                (status.draining ? ', draining' : '')
            main.replaceChildren(
                ...table('Listeners', ['Name', 'Address', '#Connections', '#Requests/s', '#p50 ms', '#p99 ms', '#5xx'],
                    status.listeners.map(l => [l.name, l.addresses.join(', '), number(l.connections_active),
                        number(l.transport === 'http' ? l.requests_per_second : l.connections_per_second),
                        l.milliseconds ? number(l.milliseconds.p50) : '', l.milliseconds ? number(l.milliseconds.p99) : '',
                        number(l.responses['5xx'])])),
                ...status.pools.flatMap(p => table(`Pool ${p.name} (${p.balance})`,
                    ['Server', 'State', '#for s', '#In flight', '#Requests', '#Failures', 'Last failed check'],
                    p.servers.map(s => [s.name, s.state, number(Math.floor(s.state_seconds)), number(s.in_flight),
                        number(s.requests), number(s.failures), s.last_failure ?? '']))),
                ...table('Routes', ['Listener', 'Host', 'Path', 'Pool'],
                    status.routes.map(r => [r.listener ?? 'every', r.host ?? 'every', r.path ?? 'every', r.pool])),
                ...table('Reasons', ['Code', '#Count'], Object.entries(status.reasons).map(r => [r[0], number(r[1])])))
        }
        async function refresh() {
            try {
                show(await (await fetch('status')).json())
                lost.hidden = true
            } catch { lost.hidden = false }
            setTimeout(refresh, 1000)
        }
        refresh()
        </script>
        </html>

        """
}
