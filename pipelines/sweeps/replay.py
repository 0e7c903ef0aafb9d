#!/usr/bin/env python3
"""Sends the requests of a schedule (pipelines/schedule) to a server with OpenAI's completions API (vLLM, SGLang), each when
its time has come, with a dummy prompt of its number of tokens, and writes what vllm's bench serve writes with
--save-detailed. Needs nothing but python. The times are the client's own. Each request has the time when it was due and
when it was sent (due_s, sent_s), so that a client that cannot keep up shows."""
import argparse
import http.client
import json
import statistics
import sys
import threading
import time


def send(host, port, path, body, r):
    """One request, streamed; times by the monotonic clock into r."""
    try:
        c = http.client.HTTPConnection(host, port, timeout=3600)
        r["sent"] = time.monotonic()
        c.request("POST", path, json.dumps(body), {"Content-Type": "application/json"})
        answer = c.getresponse()
        if answer.status != 200:
            raise OSError(f"HTTP {answer.status}: {answer.read(200).decode(errors='replace')}")
        tokens = 0
        for line in answer:
            if not line.startswith(b"data:") or line[5:].strip() == b"[DONE]":
                continue
            now = time.monotonic()
            part = json.loads(line[5:])
            if part.get("error"):
                raise OSError(str(part["error"]))
            if part.get("usage"):
                tokens = part["usage"].get("completion_tokens", tokens)
            if part.get("choices"):
                r["at"].append(now)
        r["tokens"] = tokens or len(r["at"])
        if not r["at"]:
            raise OSError("no token came")
    except (OSError, ValueError, http.client.HTTPException) as e:
        r["error"] = str(e) or type(e).__name__
    r["end"] = time.monotonic()


def quantile(v, q):
    """Interpolated between neighbours, as numpy does."""
    v = sorted(v)
    at = (len(v) - 1) * q
    low = int(at)
    return v[low] + (v[min(low + 1, len(v) - 1)] - v[low]) * (at - low)


def summary(result, name, seconds):
    v = [s * 1000 for s in seconds]
    if v:
        result[f"mean_{name}_ms"] = statistics.fmean(v)
        result[f"median_{name}_ms"] = quantile(v, 0.5)
        result[f"std_{name}_ms"] = statistics.pstdev(v)
        result[f"p99_{name}_ms"] = quantile(v, 0.99)


def main():
    p = argparse.ArgumentParser(description=__doc__)
    p.add_argument("--schedule", required=True)
    p.add_argument("--host", default="127.0.0.1")
    p.add_argument("--port", type=int, default=8000)
    p.add_argument("--model", required=True)
    p.add_argument("--backend", default="vllm")
    p.add_argument("--token", type=int, default=100, help="the token that prompts repeat")
    p.add_argument("--out", default="results_json/bench.json")
    a = p.parse_args()

    with open(a.schedule) as f:
        schedule = [json.loads(line) for line in f]
    requests = [{"at": [], "tokens": 0, "error": ""} for _ in schedule]
    threads = []
    start = time.monotonic()
    for s, r in zip(schedule, requests):
        body = {"model": a.model, "prompt": [a.token] * s["prompt_tokens"], "max_tokens": s["output_tokens"],
                "temperature": 0, "ignore_eos": True, "stream": True, "stream_options": {"include_usage": True}}
        t = threading.Thread(target=send, args=(a.host, a.port, "/v1/completions", body, r))
        time.sleep(max(0.0, start + s["at_ns"] / 1e9 - time.monotonic()))
        t.start()
        threads.append(t)
    for t in threads:
        t.join()
    duration = max((r["end"] for r in requests), default=start) - start

    good = [(s, r) for s, r in zip(schedule, requests) if not r["error"]]
    tokens_in, tokens_out = sum(s["prompt_tokens"] for s, _ in good), sum(r["tokens"] for _, r in good)
    last = schedule[-1]["at_ns"] / 1e9
    result = {"date": time.strftime("%Y%m%d-%H%M%S"), "backend": a.backend, "model_id": a.model,
              "num_prompts": len(schedule), "request_rate": (len(schedule) - 1) / last if last else "inf",
              "duration": duration, "completed": len(good), "failed": len(schedule) - len(good),
              "total_input_tokens": tokens_in, "total_output_tokens": tokens_out,
              "request_throughput": len(good) / duration, "output_throughput": tokens_out / duration,
              "total_token_throughput": (tokens_in + tokens_out) / duration}
    ttfts = [r["at"][0] - r["sent"] for _, r in good]
    itls = [[b - a for a, b in zip(r["at"], r["at"][1:])] for _, r in good]
    summary(result, "ttft", ttfts)
    summary(result, "tpot", [(r["at"][-1] - r["at"][0]) / (r["tokens"] - 1) for _, r in good if r["tokens"] > 1])
    summary(result, "itl", [i for request in itls for i in request])
    summary(result, "e2el", [r["at"][-1] - r["sent"] for _, r in good])
    result.update(
        input_lens=[s["prompt_tokens"] for s in schedule], output_lens=[r["tokens"] for r in requests],
        ttfts=[r["at"][0] - r["sent"] if r["at"] else 0.0 for r in requests],
        itls=[[b - a for a, b in zip(r["at"], r["at"][1:])] for r in requests], errors=[r["error"] for r in requests],
        due_s=[s["at_ns"] / 1e9 for s in schedule], sent_s=[r.get("sent", start) - start for r in requests])
    with open(a.out, "w") as f:
        json.dump(result, f)
    for r in requests:
        if r["error"]:
            print(f"replay.py: {r['error']}", file=sys.stderr)
    late = max(sent - due for sent, due in zip(result["sent_s"], result["due_s"]))
    print(f"{len(good)} of {len(schedule)} requests in {duration:.3f} s, sent at most {late * 1000:.1f} ms late")
    return 0 if len(good) == len(schedule) else 1


if __name__ == "__main__":
    sys.exit(main())
