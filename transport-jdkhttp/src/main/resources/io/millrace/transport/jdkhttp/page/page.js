"use strict";

// Asks the API every two seconds. Names and messages reach the page as text nodes only.

const PERIOD_MS = 2000;
const POINTS = 150;
const MOST_DETAILS = 100;
const SVG = "http://www.w3.org/2000/svg";
const lags = new Map();

async function ask(path) {
  const answer = await fetch(path, { headers: { Accept: "application/json" } });
  const text = await answer.text();
  if (!answer.ok) {
    throw new Error(path + ": " + answer.status + " " + text);
  }
  // timestamps have 64 bits, more than a number holds
  return JSON.parse(text.replace(/"(checkpoint_tso|start_ts|target_ts|boundary_ts)": (\d+)/g, '"$1": "$2"'));
}

function cell(row, content, className) {
  const made = document.createElement("td");
  if (content instanceof Node) {
    made.append(content);
  } else {
    made.textContent = content;
  }
  if (className) {
    made.className = className;
  }
  row.append(made);
}

function lagSeconds(feed) {
  const physical = Number(BigInt(feed.checkpoint_tso) >> 18n);
  return Math.max(0, (Date.now() - physical) / 1000);
}

function remember(id, lag) {
  const seen = lags.get(id) || [];
  seen.push(lag);
  lags.set(id, seen.slice(-POINTS));
}

function plot(id) {
  const seen = lags.get(id) || [];
  const most = Math.max(1, ...seen);
  const image = document.createElementNS(SVG, "svg");
  image.setAttribute("viewBox", "0 0 " + POINTS + " 100");
  image.setAttribute("preserveAspectRatio", "none");
  const title = document.createElementNS(SVG, "title");
  title.textContent = "lag, at most " + most.toFixed(1) + " s";
  const line = document.createElementNS(SVG, "polyline");
  line.setAttribute("points", seen.map((lag, i) => i + "," + (98 - 96 * lag / most)).join(" "));
  image.append(title, line);
  return image;
}

function tables(detail) {
  const list = document.createElement("div");
  for (const task of detail.task_status) {
    const line = document.createElement("div");
    line.textContent = task.capture_id + ": " + (task.table_ids.join(", ") || "none");
    list.append(line);
  }
  return list;
}

function showFeed(feed, detail) {
  const row = document.createElement("tr");
  const runs = feed.state === "normal" || feed.state === "error";
  const lag = lagSeconds(feed);
  if (runs) {
    remember(feed.id, lag);
  }
  cell(row, feed.id);
  cell(row, feed.state, /^[a-z]+$/.test(feed.state) ? feed.state : "");
  cell(row, feed.checkpoint_time);
  cell(row, runs ? lag.toFixed(1) + " s" : "");
  cell(row, plot(feed.id));
  cell(row, tables(detail));
  cell(row, feed.error ? feed.error.code + " " + feed.error.message : "", "error");
  return row;
}

async function detailOf(feed, i) {
  const unknown = { task_status: [] };
  if (i >= MOST_DETAILS) {
    return unknown;
  }
  try {
    return await ask("api/v1/changefeeds/" + encodeURIComponent(feed.id));
  } catch (e) {
    console.info("perhaps it was removed since it was listed", e);
    return unknown;
  }
}

function captureRow(capture) {
  const row = document.createElement("tr");
  cell(row, capture.id);
  cell(row, capture.address);
  cell(row, capture.is_owner ? "owner" : "");
  return row;
}

async function refresh() {
  const trouble = document.getElementById("trouble");
  try {
    const [status, captures, feeds] = await Promise.all([
      ask("api/v1/status"), ask("api/v1/captures"), ask("api/v1/changefeeds?state=all")]);
    const details = await Promise.all(feeds.map(detailOf));
    document.getElementById("node").textContent =
      status.version + ", capture " + status.id + (status.is_owner ? ", owner" : "");
    document.querySelector("#captures tbody").replaceChildren(...captures.map(captureRow));
    document.querySelector("#changefeeds tbody")
      .replaceChildren(...feeds.map((feed, i) => showFeed(feed, details[i])));
    document.getElementById("none").hidden = feeds.length > 0;
    trouble.hidden = true;
  } catch (e) {
    trouble.textContent = String(e.message || e);
    trouble.hidden = false;
  }
  setTimeout(refresh, PERIOD_MS);
}

refresh();
