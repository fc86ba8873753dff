// Recurrent layers in ONNX Runtime (npm's onnxruntime-node): the peer of `Unroll.Benchmarks rnn`, inference only.
// Prints one JSON line a measurement, in ms.
// usage: NODE_PATH=BUILD/node_modules node ort_rnn.js BUILD/onnx THREADS [S1,S2,..|all] [lstm,gru,gru-before,rnn] [SECONDS]
const ort = require('onnxruntime-node'), path = require('path');

const [dir, threadsText, wanted = 'all', kinds = 'lstm,gru,gru-before,rnn', seconds = '1'] = process.argv.slice(2);
const threads = +threadsText, budget = +seconds;
const shapes = {  // batch, time, inputs, units
  S1: [128, 20, 8, 1], S2: [128, 20, 8, 32], S3: [128, 200, 64, 64], S4: [32, 100, 128, 256], S5: [64, 35, 650, 650],
  S6: [20, 35, 1500, 1500], S7: [1, 1, 128, 256], S8: [1, 100, 128, 512], S9: [256, 50, 32, 128],
};
const gates = { lstm: 4, gru: 3, 'gru-before': 3, rnn: 1 };
const options = {
  intraOpNumThreads: threads, interOpNumThreads: 1, executionMode: 'sequential', graphOptimizationLevel: 'all',
  executionProviders: ['cpu'],
};

const now = () => Number(process.hrtime.bigint()) / 1e9;
const tensor = (...dims) =>
  new ort.Tensor('float32', Float32Array.from({ length: dims.reduce((a, b) => a * b) }, () => Math.random() - .5), dims);

async function time(run) {
  await run();
  let start = now();
  await run();
  const inner = Math.max(1, Math.floor(200e-6 / (now() - start))), samples = [], begin = now();
  while (samples.length < 7 || (now() - begin < budget && samples.length < 3000)) {
    start = now();
    for (let i = 0; i < inner; i++) await run();
    samples.push((now() - start) / inner);
  }
  return samples.sort((a, b) => a - b);
}

async function main() {
  for (const [shape, [N, T, I, H]] of Object.entries(shapes)) {
    if (wanted !== 'all' && !wanted.split(',').includes(shape)) continue;
    for (const cell of kinds.split(',')) {
      const session = await ort.InferenceSession.create(path.join(dir, `${shape}_${cell}.onnx`), options);
      const feeds = { X: tensor(T, N, I), h0: tensor(1, N, H) };
      if (cell === 'lstm') feeds.c0 = tensor(1, N, H);
      const samples = await time(() => session.run(feeds)), median = samples[samples.length >> 1];
      console.log(JSON.stringify({
        peer: 'ort', prec: 'f32', shape, cell, what: 'inf', threads, ms: median * 1e3, min_ms: samples[0] * 1e3,
        p90_ms: samples[Math.floor(samples.length * .9)] * 1e3, gflops: 2 * N * T * gates[cell] * H * (I + H) / median / 1e9,
        n: samples.length,
      }));
    }
  }
}

main();
