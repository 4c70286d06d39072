// A backend for tests: see README.md. Usage: node server.mjs PORT NAME
import { createServer } from 'node:http'

const [port, name] = process.argv.slice(2)

function pairs(raw) {
  const found = []
  for (let index = 0; index < raw.length; index += 2) found.push([raw[index], raw[index + 1]])
  return found
}

function answer(response, octets, { status = 200, kind = 'text/plain', chunked = false } = {}) {
  response.statusCode = status
  response.setHeader('X-Backend', name)
  response.setHeader('Content-Type', kind)
  if (!chunked) {
    if (status !== 204 && status !== 304) response.setHeader('Content-Length', octets.length)
    response.end(octets)
    return
  }
  response.setHeader('Trailer', 'X-Sum')
  for (let begin = 0; begin < octets.length; begin += 1000) response.write(octets.subarray(begin, begin + 1000))
  response.addTrailers({ 'X-Sum': String(octets.length) })
  response.end()
}

const server = createServer(async (request, response) => {
  const pieces = []
  for await (const piece of request) pieces.push(piece)
  const body = Buffer.concat(pieces)
  const [, first, second] = request.url.split('?')[0].split('/')
  const number = Number(second) || 0
  switch (first) {
    case 'bytes': return answer(response, Buffer.alloc(number, '.'))
    case 'chunked': return answer(response, Buffer.alloc(number, '.'), { chunked: true })
    case 'status': return answer(response, Buffer.from('status\n'), { status: number })
    case 'echo': return answer(response, body, { chunked: 'transfer-encoding' in request.headers })
    case 'early':
      response.writeEarlyHints({ link: '</style.css>; rel=preload; as=style' })
      return answer(response, Buffer.from('after the hints\n'))
    case 'until-close':
      response.useChunkedEncodingByDefault = false
      response.setHeader('Connection', 'close')
      response.write(Buffer.alloc(1000, '.'))
      return response.end()
    case 'slow':
      await new Promise(done => setTimeout(done, number))
  }
  const seen = {
    server: name, method: request.method, target: request.url, fields: pairs(request.rawHeaders), body: body.length,
  }
  answer(response, Buffer.from(JSON.stringify(seen) + '\n'), { kind: 'application/json' })
})

server.on('upgrade', (request, socket, head) => {
  if (request.headers.upgrade !== 'echo') return socket.end('HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n')
  socket.write(`HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: echo\r\nX-Backend: ${name}\r\n\r\n`)
  socket.write(head)
  socket.pipe(socket)
  socket.on('error', () => {})
})

server.keepAliveTimeout = 60_000
server.listen(Number(port), '127.0.0.1', 1024)
