// What Node's parser (llhttp, as strict as node:http has it) makes of messages: a line `q HEX` (a request) or `s HEX` (a
// response) of the file each, a line of JSON out. It has no public name; octets go in one by one, which tells where it
// sees a message's end.
'use strict';
const { HTTPParser, methods } = process.binding('http_parser');
const hex = (text) => Buffer.from(text, 'latin1').toString('hex');

function verdict(kind, octets) {
  const parser = new HTTPParser();
  const seen = { method: '', target: '', status: 0, fields: [], body: '', isDone: false };
  let hasHead = false;
  parser.initialize(kind === 'q' ? HTTPParser.REQUEST : HTTPParser.RESPONSE, {});
  const addFields = (fields) => {
    for (let i = 0; i < fields.length; i += 2) seen.fields.push([hex(fields[i].toLowerCase()), hex(fields[i + 1])]);
  };
  parser[HTTPParser.kOnHeaders | 0] = (fields, url) => {
    // Behind the head these are trailers.
    if (hasHead) return;
    addFields(fields);
    seen.target += hex(url);
  };
  parser[HTTPParser.kOnHeadersComplete | 0] = (major, minor, fields, method, url, status) => {
    hasHead = true;
    if (fields !== undefined) addFields(fields);
    if (kind === 'q') seen.method = methods[method];
    if (url !== undefined) seen.target += hex(url);
    seen.status = status ?? 0;
    return 0;
  };
  parser[HTTPParser.kOnBody | 0] = (data) => { seen.body += data.toString('hex'); };
  parser[HTTPParser.kOnMessageComplete | 0] = () => { seen.isDone = true; };
  let position = 0;
  while (position < octets.length && !seen.isDone) {
    const result = parser.execute(octets.subarray(position, position + 1));
    if (result instanceof Error) return { verdict: 'refused', why: `${result.code}: ${result.reason}` };
    position += 1;
  }
  if (!seen.isDone && kind === 's') {
    const result = parser.finish();
    if (result instanceof Error) return { verdict: 'refused', why: `${result.code}: ${result.reason}` };
  }
  if (!seen.isDone) return { verdict: 'partial' };
  return { ...seen, verdict: 'whole', left: octets.length - position };
}

const lines = require('fs').readFileSync(process.argv[2], 'latin1').split('\n').filter((line) => line !== '');
for (const line of lines) {
  console.log(JSON.stringify(verdict(line[0], Buffer.from(line.slice(2), 'hex'))));
}
