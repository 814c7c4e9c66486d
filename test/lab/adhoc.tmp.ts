import { Lab } from "./lab.ts";
import { submit } from "./submit.ts";
const t0=Date.now();
const lab = await Lab.start({ mxseal: {} });
console.log("started", Date.now()-t0);
try {
await lab.mxseal.must("rule","add","allowed.test","allow","--reason","demo","--least-tls","may");
await lab.mxseal.must("rule","add","rejected.test","reject");
const to=["valid","self-signed","expired","wrong-name","plain","old-tls","allowed","rejected"].map(d=>`Pat.One@${d}.test`);
const r= await submit({from:"alice@company.example",to,data:Buffer.from("From: Alice <alice@company.example>\r\nTo: many\r\nSubject: secret subject\r\nMessage-ID: <a@b>\r\n\r\nsecret body\r\n")});
console.log(r);
for(let i=0;i<30;i++){ await new Promise(r=>setTimeout(r,1000)); const q=await import("node:child_process").then(c=>c.execFileSync("postqueue",["-j"]).toString()); if(q.trim()==="" && i>5) {console.log("queue empty after",i);break;} if(i===29)console.log(q);}
console.log((await import("node:fs")).readFileSync("/var/log/mail.log","utf8").split("\n").filter(l=>!/postfix-script|statistics|disconnect|connect from|connect to/.test(l)).slice(-90).join("\n"));
for(const l of lab.mxseal.output.split("\n")) console.log(l.slice(0,400));
} finally { await lab[Symbol.asyncDispose](); }
