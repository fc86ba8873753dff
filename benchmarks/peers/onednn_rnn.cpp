// Recurrent layers in oneDNN (2.x or 3.x), through its public C++ interface: the peer of `Unroll.Benchmarks rnn`.
// Prints one JSON line a measurement, in ms. lbrgru has its reset gate after the recurrent product, gru before it.
// build: g++ -O2 -std=c++17 onednn_rnn.cpp -ldnnl -fopenmp -o BUILD/onednn_rnn
// usage: OMP_NUM_THREADS=1 BUILD/onednn_rnn TAG [S1,S2,..|all] [lstm,gru,lbrgru,rnn] [f32|bf16|bf32] [SECONDS]
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <map>
#include <random>
#include <string>
#include <tuple>
#include <type_traits>
#include <unordered_map>
#include <vector>
#include "oneapi/dnnl/dnnl.hpp"
using namespace dnnl;
using md = memory::desc;
using dt = memory::data_type;
using tag = memory::format_tag;
static engine eng(engine::kind::cpu, 0);
static stream strm(eng);
static double budget = 1.0;
static std::string lib, filter_shapes = "all", filter_kinds = "lstm,lbrgru,rnn", prec = "f32";

struct Shape {
  const char* name;
  int N, T, I, H;
  bool train;
};
static const Shape shapes[] = {{"S1", 128, 20, 8, 1, true},     {"S2", 128, 20, 8, 32, true},   {"S3", 128, 200, 64, 64, true},
                               {"S4", 32, 100, 128, 256, true}, {"S5", 64, 35, 650, 650, true}, {"S6", 20, 35, 1500, 1500, true},
                               {"S7", 1, 1, 128, 256, true},    {"S8", 1, 100, 128, 512, true}, {"S9", 256, 50, 32, 128, true}};

template <class F>
static void timeit(const std::string& kind, const Shape& s, const char* what, double flops, F f) {
  auto now = [] { return std::chrono::steady_clock::now(); };
  auto t0 = now();
  f();
  f();
  double est = std::chrono::duration<double>(now() - t0).count() / 2;
  int inner = std::max(1, (int)(200e-6 / std::max(est, 1e-8)));
  std::vector<double> v;
  auto st = now();
  while (v.size() < 7 || (std::chrono::duration<double>(now() - st).count() < budget && v.size() < 4000)) {
    auto a = now();
    for (int i = 0; i < inner; i++) f();
    v.push_back(std::chrono::duration<double>(now() - a).count() / inner);
  }
  std::sort(v.begin(), v.end());
  double m = v[v.size() / 2];
  const char* th = getenv("OMP_NUM_THREADS");
  printf(
      "{\"peer\":\"%s\",\"prec\":\"%s\",\"shape\":\"%s\",\"cell\":\"%s\",\"what\":\"%s\",\"threads\":%s,\"ms\":%.5f,\"min_ms\":%."
      "5f,\"p90_ms\":%.5f,\"gflops\":%.2f,\"n\":%zu}\n",
      lib.c_str(), prec.c_str(), s.name, kind.c_str(), what, th ? th : "0", m * 1e3, v[0] * 1e3, v[v.size() * 9 / 10] * 1e3,
      flops / m / 1e9, v.size());
  fflush(stdout);
}
static memory mk(const md& d) {
  memory m(d, eng);
  size_t n = d.get_size();
  void* p = m.get_data_handle();
  if (p && n) memset(p, 0, n);
  return m;
}
static memory mkrand(const md& d, float sc) {  // fill as f32 plain then reorder when needed
  memory m(d, eng);
  static std::mt19937 g(1);
  std::uniform_real_distribution<float> u(-sc, sc);
  float* p = (float*)m.get_data_handle();
  for (size_t i = 0; i < d.get_size() / 4; i++) p[i] = u(g);
  return m;
}
static memory conv(memory& src, const md& want) {
  memory m(want, eng);
  reorder(src, m).execute(strm, src, m);
  strm.wait();
  return m;
}
template <class FWD, class... A>
static auto fpd(const primitive_attr& at, A... a) {
#if DNNL_VERSION_MAJOR >= 3
  return typename FWD::primitive_desc(eng, a..., at);
#else
  return typename FWD::primitive_desc(typename FWD::desc(a...), at, eng);
#endif
}
template <class BWD, class H, class... A>
static auto bpd(const primitive_attr& at, const H& hint, A... a) {
#if DNNL_VERSION_MAJOR >= 3
  return typename BWD::primitive_desc(eng, a..., hint, at);
#else
  return typename BWD::primitive_desc(typename BWD::desc(a...), at, eng, hint);
#endif
}
using Args = std::unordered_map<int, memory>;

template <class FWD, class BWD>
static void bench(const std::string& kind, const Shape& s) {
  const bool isL = std::is_same<FWD, lstm_forward>::value, isV = std::is_same<FWD, vanilla_rnn_forward>::value,
             isB = std::is_same<FWD, lbr_gru_forward>::value;
  const int G = isL ? 4 : isV ? 1 : 3, GB = isB ? 4 : G;
  const dt c = prec == "bf16" ? dt::bf16 : dt::f32;
  primitive_attr at;
#if DNNL_VERSION_MAJOR >= 3
  if (prec == "bf32") at.set_fpmath_mode(fpmath_mode::bf16);
#endif
  memory::dims ld = {s.T, s.N, s.I}, od = {s.T, s.N, s.H}, it = {1, 1, s.N, s.H}, wl = {1, 1, s.I, G, s.H},
               wi = {1, 1, s.H, G, s.H}, bd = {1, 1, GB, s.H};
  md x(ld, c, tag::tnc), y(od, c, tag::tnc), h(it, c, tag::ldnc), cst(it, dt::f32, tag::ldnc), wla(wl, c, tag::any),
      wia(wi, c, tag::any), b(bd, dt::f32, tag::ldgo);
  md wlu(wl, dt::f32, tag::ldigo), wiu(wi, dt::f32, tag::ldigo);
  const double fl = 2.0 * s.N * s.T * G * s.H * (double)(s.I + s.H);
  auto dir = rnn_direction::unidirectional_left2right;
  auto make = [&](prop_kind p) {
    if constexpr (std::is_same<FWD, lstm_forward>::value)
      return fpd<FWD>(at, p, dir, x, h, cst, wla, wia, b, y, h, cst);
    else if constexpr (std::is_same<FWD, vanilla_rnn_forward>::value)
      return fpd<FWD>(at, p, algorithm::eltwise_tanh, dir, x, h, wla, wia, b, y, h);
    else
      return fpd<FWD>(at, p, dir, x, h, wla, wia, b, y, h);
  };
  float sc = 0.08f;
  memory WLu = mkrand(wlu, sc), WIu = mkrand(wiu, sc), B = mkrand(b, sc);
  memory X32 = mkrand(md(ld, dt::f32, tag::tnc), 1.f), H32 = mkrand(md(it, dt::f32, tag::ldnc), .5f);
  memory X = conv(X32, x), H0 = conv(H32, h), C0 = mkrand(cst, .5f);
  auto fargs = [&](auto& pd, memory& WL, memory& WI) {
    Args a = {{DNNL_ARG_SRC_LAYER, X},
              {DNNL_ARG_SRC_ITER, H0},
              {DNNL_ARG_WEIGHTS_LAYER, WL},
              {DNNL_ARG_WEIGHTS_ITER, WI},
              {DNNL_ARG_BIAS, B},
              {DNNL_ARG_DST_LAYER, mk(pd.dst_layer_desc())},
              {DNNL_ARG_DST_ITER, mk(pd.dst_iter_desc())}};
    if (isL) {
      a[DNNL_ARG_SRC_ITER_C] = C0;
      a[DNNL_ARG_DST_ITER_C] = mk(cst);
    }
    return a;
  };
  try {
    auto pd = make(prop_kind::forward_inference);
    memory WL = conv(WLu, pd.weights_layer_desc()), WI = conv(WIu, pd.weights_iter_desc());
    Args a = fargs(pd, WL, WI);
    FWD p(pd);
    fprintf(stderr, "%s %s inf impl=%s\n", s.name, kind.c_str(), pd.impl_info_str());
    timeit(kind, s, "inf", fl, [&] {
      p.execute(strm, a);
      strm.wait();
    });
  } catch (error& e) {
    fprintf(stderr, "%s %s inf failed: %s\n", s.name, kind.c_str(), e.what());
  }
  if (!s.train) return;
  try {
    auto pd = make(prop_kind::forward_training);
    auto pb = [&] {
      md dx = x, dh = h, dc = cst, dwl(wl, dt::f32, tag::any), dwi(wi, dt::f32, tag::any), db = b, dy = y;
      md wl2 = wla, wi2 = wia;
      if constexpr (std::is_same<FWD, lstm_forward>::value)
        return bpd<BWD>(at, pd, prop_kind::backward, dir, x, h, cst, wl2, wi2, b, y, h, cst, dx, dh, dc, dwl, dwi, db, dy, dh,
                        dc);
      else if constexpr (std::is_same<FWD, vanilla_rnn_forward>::value)
        return bpd<BWD>(at, pd, prop_kind::backward, algorithm::eltwise_tanh, dir, x, h, wl2, wi2, b, y, h, dx, dh, dwl, dwi, db,
                        dy, dh);
      else
        return bpd<BWD>(at, pd, prop_kind::backward, dir, x, h, wl2, wi2, b, y, h, dx, dh, dwl, dwi, db, dy, dh);
    }();
    memory WL = conv(WLu, pd.weights_layer_desc()), WI = conv(WIu, pd.weights_iter_desc());
    memory WLb = conv(WLu, pb.weights_layer_desc()), WIb = conv(WIu, pb.weights_iter_desc());
    Args a = fargs(pd, WL, WI);
    memory ws = mk(pd.workspace_desc());
    a[DNNL_ARG_WORKSPACE] = ws;
    Args g = a;
    g[DNNL_ARG_WEIGHTS_LAYER] = WLb;
    g[DNNL_ARG_WEIGHTS_ITER] = WIb;
    memory DWL = mk(pb.diff_weights_layer_desc()), DWI = mk(pb.diff_weights_iter_desc()), DB = mk(pb.diff_bias_desc());
    memory dy32 = mkrand(md(od, dt::f32, tag::tnc), 1.f);
    memory DY = conv(dy32, pb.diff_dst_layer_desc());
    g[DNNL_ARG_DIFF_SRC_LAYER] = mk(pb.diff_src_layer_desc());
    g[DNNL_ARG_DIFF_SRC_ITER] = mk(pb.diff_src_iter_desc());
    g[DNNL_ARG_DIFF_WEIGHTS_LAYER] = DWL;
    g[DNNL_ARG_DIFF_WEIGHTS_ITER] = DWI;
    g[DNNL_ARG_DIFF_BIAS] = DB;
    g[DNNL_ARG_DIFF_DST_LAYER] = DY;
    g[DNNL_ARG_DIFF_DST_ITER] = mk(pb.diff_dst_iter_desc());
    if (isL) {
      g[DNNL_ARG_DIFF_SRC_ITER_C] = mk(cst);
      g[DNNL_ARG_DIFF_DST_ITER_C] = mk(cst);
    }
    FWD p(pd);
    BWD q(pb);
    fprintf(stderr, "%s %s train impl=%s / %s\n", s.name, kind.c_str(), pd.impl_info_str(), pb.impl_info_str());
    auto z = [&](memory& m) { memset(m.get_data_handle(), 0, m.get_desc().get_size()); };
    timeit(kind, s, "train_fwd", fl, [&] {
      p.execute(strm, a);
      strm.wait();
    });
    timeit(kind, s, "train_bwd", 2 * fl, [&] {
      q.execute(strm, g);
      strm.wait();
    });
    timeit(kind, s, "train_prim", 3 * fl, [&] {
      p.execute(strm, a);
      q.execute(strm, g);
      strm.wait();
    });
    // what a real step needs when the weights live in one plain layout: pack weights, zero + unpack gradients
    memory UWL = mk(md(wl, dt::f32, tag::ldigo)), UWI = mk(md(wi, dt::f32, tag::ldigo));
    reorder r1(WLu, WL), r2(WIu, WI), r3(WLu, WLb), r4(WIu, WIb), r5(DWL, UWL), r6(DWI, UWI);
    timeit(kind, s, "train_full", 3 * fl, [&] {
      r1.execute(strm, WLu, WL);
      r2.execute(strm, WIu, WI);
      p.execute(strm, a);
      r3.execute(strm, WLu, WLb);
      r4.execute(strm, WIu, WIb);
      z(DWL);
      z(DWI);
      z(DB);
      q.execute(strm, g);
      r5.execute(strm, DWL, UWL);
      r6.execute(strm, DWI, UWI);
      strm.wait();
    });
  } catch (error& e) {
    fprintf(stderr, "%s %s train failed: %s\n", s.name, kind.c_str(), e.what());
  }
}
int main(int c, char** v) {
  if (c > 1) lib = v[1];
  if (c > 2) filter_shapes = v[2];
  if (c > 3) filter_kinds = v[3];
  if (c > 4) prec = v[4];
  if (c > 5) budget = atof(v[5]);
  auto in = [](const std::string& f, const std::string& x) {
    return f == "all" || ("," + f + ",").find("," + x + ",") != std::string::npos;
  };
  for (auto& s : shapes) {
    if (!in(filter_shapes, s.name)) continue;
    if (in(filter_kinds, "lstm")) bench<lstm_forward, lstm_backward>("lstm", s);
    if (in(filter_kinds, "lbrgru")) bench<lbr_gru_forward, lbr_gru_backward>("lbrgru", s);
    if (in(filter_kinds, "gru")) bench<gru_forward, gru_backward>("gru", s);
    if (in(filter_kinds, "rnn")) bench<vanilla_rnn_forward, vanilla_rnn_backward>("rnn", s);
  }
}
