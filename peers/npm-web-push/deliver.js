// Peer: sends Web Push messages with npm web-push, as a program that uses it would.
//
// Reads one line of JSON from standard input: the push service's port, the browser's keys, the content, how many
// messages and how many at once; the certificate of the service comes by NODE_EXTRA_CA_CERTS. It answers with its
// CPU microseconds for all of them (this process, every thread) and how many were taken. Its connections are kept
// open; it signs each message, as the library does, and speaks HTTP/1.1, which is all that the library speaks.
'use strict';
const https = require('https');
const readline = require('readline');
const webPush = require('web-push');

readline.createInterface({ input: process.stdin }).once('line', async (line) => {
  const task = JSON.parse(line);
  const vapid = webPush.generateVAPIDKeys();
  const lookup = (_name, options, told) => {
    const there = { address: '127.0.0.1', family: 4 };
    options.all ? told(null, [there]) : told(null, there.address, there.family);
  };
  const agent = new https.Agent({ keepAlive: true, maxSockets: task.at_once, lookup });
  const vapidDetails = { subject: 'https://bell.example', publicKey: vapid.publicKey, privateKey: vapid.privateKey };
  const content = Buffer.from(task.content, 'hex');
  let next = 0;
  let taken = 0;
  const send = async () => {
    while (next < task.messages) {
      const number = next++;
      const endpoint = `https://push.example.org:${task.port}/send/${number}`;
      const subscription = { endpoint, keys: { p256dh: task.key, auth: task.secret } };
      const answer = await webPush.sendNotification(subscription, content, { agent, vapidDetails, TTL: 900, urgency: 'high' });
      taken += answer.statusCode === 201 ? 1 : 0;
    }
  };
  const before = process.cpuUsage();
  await Promise.all(Array.from({ length: task.at_once }, send));
  const took = process.cpuUsage(before);
  process.stdout.write(`${JSON.stringify({ microseconds: took.user + took.system, taken })}\n`);
  agent.destroy();
  process.exit(0);
});
