(function () {
  "use strict";
  // Plain words for old browsers; what comes from the plan is only ever put in as text.
  var data = JSON.parse(document.getElementById("data").textContent);
  var words = data.words;
  var byId = function (id) { return document.getElementById(id); };
  function element(tag, name, text) {
    var made = document.createElement(tag);
    if (name) { made.className = name; }
    if (text !== undefined && text !== null) { made.textContent = String(text); }
    return made;
  }
  function empty(node) { while (node.firstChild) { node.removeChild(node.firstChild); } }

  // Places: whole decimetres from an origin, each from the one before.
  function unpack(run) {
    var out = new Float64Array(run.length), x = 0, y = 0;
    for (var i = 0; i < run.length; i += 2) {
      x += run[i]; y += run[i + 1];
      out[i] = x / 10; out[i + 1] = y / 10;
    }
    return out;
  }
  var layers = data.layers;
  layers.forEach(function (layer) {
    layer.shown = layer.on;
    layer.features.forEach(function (feature) {
      feature.layer = layer;
      feature.runs = feature.g.map(unpack);
      var box = [Infinity, Infinity, -Infinity, -Infinity];
      feature.runs.forEach(function (run) {
        for (var i = 0; i < run.length; i += 2) {
          box[0] = Math.min(box[0], run[i]); box[1] = Math.min(box[1], run[i + 1]);
          box[2] = Math.max(box[2], run[i]); box[3] = Math.max(box[3], run[i + 1]);
        }
      });
      feature.box = box;
      delete feature.g;
    });
  });

  // View.
  var canvas = byId("canvas"), pen = canvas.getContext("2d");
  var view = { x: 0, y: 0, scale: 1, whole: false }, size = { w: 1, h: 1, dpr: 1 }, chosen = null, waiting = false;
  // The map on paper, CSS pixels: 214 mm by 174 mm of the style sheet, drawn three times as fine as a screen.
  var PAPER = { w: 809, h: 658, dpr: 3 }, paper = null;
  // The whole map is what the pack is about, without the ground round it.
  var about = layers.filter(function (layer) { return layer.about && layer.about !== "finding"; }).reduce(function (box, layer) {
    layer.features.forEach(function (f) { box = [Math.min(box[0], f.box[0]), Math.min(box[1], f.box[1]), Math.max(box[2], f.box[2]), Math.max(box[3], f.box[3])]; });
    return box;
  }, [Infinity, Infinity, -Infinity, -Infinity]);
  function whole() { show(about[0] <= about[2] && about[1] <= about[3] ? about : data.bounds); view.whole = true; }
  function show(box) {
    var w = Math.max(box[2] - box[0], 20), h = Math.max(box[3] - box[1], 20), edge = paper ? 48 : 60;
    view.whole = false;
    view.scale = Math.min((size.w - edge) / w, (size.h - edge) / h);
    view.x = (box[0] + box[2]) / 2; view.y = (box[1] + box[3]) / 2;
    later();
  }
  function toScreen(x, y) { return [size.w / 2 + (x - view.x) * view.scale, size.h / 2 - (y - view.y) * view.scale]; }
  function toWorld(px, py) { return [view.x + (px - size.w / 2) / view.scale, view.y - (py - size.h / 2) / view.scale]; }
  function later() {
    if (waiting) { return; }
    waiting = true;
    (window.requestAnimationFrame || setTimeout)(function () { waiting = false; draw(); });
  }
  function resize() {
    var dpr = window.devicePixelRatio || 1, box = byId("map").getBoundingClientRect();
    size = paper ? PAPER : { w: Math.max(box.width, 50), h: Math.max(box.height, 50), dpr: dpr };
    canvas.width = Math.round(size.w * size.dpr); canvas.height = Math.round(size.h * size.dpr);
    if (view.whole) { whole(); }
    later();
  }
  // Paper shows at least what the screen shows; afterwards the screen is as it was.
  function toPaper() {
    if (paper) { return; }
    paper = { x: view.x, y: view.y, scale: view.scale, whole: view.whole };
    var before = size;
    resize();
    if (!view.whole) { view.scale *= Math.min(size.w / before.w, size.h / before.h); }
    draw();
  }
  function fromPaper() {
    if (!paper) { return; }
    view = paper; paper = null;
    resize();
  }
  function trace(run, closed) {
    var k = view.scale, cx = size.w / 2 - view.x * k, cy = size.h / 2 + view.y * k;
    pen.moveTo(cx + run[0] * k, cy - run[1] * k);
    for (var i = 2; i < run.length; i += 2) { pen.lineTo(cx + run[i] * k, cy - run[i + 1] * k); }
    if (closed) { pen.closePath(); }
  }
  function seen(feature) {
    var b = feature.box, low = toWorld(0, size.h), high = toWorld(size.w, 0), r = 20 / view.scale;
    return b[0] <= high[0] + r && b[2] >= low[0] - r && b[1] <= high[1] + r && b[3] >= low[1] - r;
  }
  function style(feature) { return feature.layer.styles[feature.s] || feature.layer.styles[0]; }
  // Far out, signs and lines are drawn finer: the map must not vanish below them.
  function near() { return view.scale > 0.9; }
  function paintSign(pen, at, look, r, edge) {
    pen.beginPath();
    if (look.sign === "circle") { pen.arc(at[0], at[1], r, 0, 7); }
    else if (look.sign === "triangle") { pen.moveTo(at[0], at[1] - r * 1.3); pen.lineTo(at[0] + r * 1.2, at[1] + r * 0.8); pen.lineTo(at[0] - r * 1.2, at[1] + r * 0.8); pen.closePath(); }
    else if (look.sign === "diamond") { pen.moveTo(at[0], at[1] - r); pen.lineTo(at[0] + r, at[1]); pen.lineTo(at[0], at[1] + r); pen.lineTo(at[0] - r, at[1]); pen.closePath(); }
    else { pen.rect(at[0] - r, at[1] - r, 2 * r, 2 * r); }
    pen.fillStyle = look.fill; pen.fill();
    pen.strokeStyle = edge.line; pen.lineWidth = edge.width; pen.stroke();
  }
  // Lines at 45° inside the path, 6 pixels apart: they stay in place relative to `origin` when the map moves.
  function paintHatch(pen, colour, box, origin) {
    var step = 6 * Math.SQRT2, low = box[0] - origin[0] + box[1] - origin[1], high = box[2] - origin[0] + box[3] - origin[1];
    pen.save(); pen.clip("evenodd"); pen.beginPath();
    for (var u = Math.ceil(low / step) * step; u <= high; u += step) {
      pen.moveTo(origin[0] + u - (box[3] - origin[1]), box[3]); pen.lineTo(origin[0] + u - (box[1] - origin[1]), box[1]);
    }
    pen.strokeStyle = colour; pen.lineWidth = 1.2; pen.stroke(); pen.restore();
  }
  function onScreen(box) {
    var low = toScreen(box[0], box[3]), high = toScreen(box[2], box[1]);
    return [Math.max(low[0], 0), Math.max(low[1], 0), Math.min(high[0], size.w), Math.min(high[1], size.h)];
  }
  function paintFeature(feature, strong) {
    var layer = feature.layer, look = style(feature);
    if (layer.kind === "point") {
      feature.runs.forEach(function (run) {
        var at = toScreen(run[0], run[1]);
        paintSign(pen, at, look, strong ? 9 : near() ? 7 : 3.5, strong ? { line: "#1c2126", width: 3 } : { line: "#ffffff", width: near() ? 1.5 : 0.7 });
        if (feature.m && (near() || strong)) {
          pen.fillStyle = "#ffffff"; pen.font = "bold 10px sans-serif"; pen.textAlign = "center"; pen.textBaseline = "middle";
          pen.fillText(feature.m, at[0], at[1] + (look.sign === "triangle" ? 1 : 0));
        }
      });
      return;
    }
    pen.beginPath();
    feature.runs.forEach(function (run) { if (run.length > 2) { trace(run, layer.kind === "area"); } });
    if (layer.kind === "area" && look.fill && !strong) { pen.fillStyle = look.fill; pen.fill("evenodd"); }
    if (look.line || strong) {
      if (strong && layer.kind === "line") { pen.strokeStyle = "#ffffff"; pen.lineWidth = 7; pen.setLineDash([]); pen.stroke(); }
      pen.strokeStyle = strong ? "#1c2126" : look.line;
      pen.lineWidth = strong ? 3 : (look.width || 1) * (near() || layer.kind === "area" ? 1 : 0.5);
      pen.setLineDash(look.dash && !strong ? look.dash : []);
      pen.stroke(); pen.setLineDash([]);
    }
    if (look.hatch && !strong) { paintHatch(pen, look.hatch, onScreen(feature.box), toScreen(0, 0)); }
  }
  var taken = [];
  function free(box, asked) {
    for (var i = 0; i < taken.length; i++) {
      var b = taken[i];
      if (box[0] < b[2] && b[0] < box[2] && box[1] < b[3] && b[1] < box[3]) { return false; }
    }
    if (!asked) { taken.push(box); }
    return true;
  }
  function label(feature) {
    var layer = feature.layer;
    if (!layer.labels || !feature.n || !feature.l) { return; }
    var b = feature.box, at = toScreen(feature.l[0] / 10, feature.l[1] / 10);
    if (!layer.always && (b[2] - b[0]) * view.scale < 46) { return; }
    // What reviewers wrote is said whole, in lines, and in their colour.
    var note = layer.id === "annotations", lines = (note && feature.n.match(/.{1,24}(\s|$)|.{1,16}/g)) || [feature.n], tall = 9 * lines.length;
    pen.font = (layer.always && !note ? "bold 14px " : "12px ") + "'Noto Sans SC','Microsoft YaHei',sans-serif";
    pen.textAlign = "center"; pen.textBaseline = "middle";
    var w = Math.max.apply(null, lines.map(function (line) { return pen.measureText(line).width / 2 + 3; }));
    // Numbers of districts step aside rather than go.
    var tries = layer.always ? [[0, 0], [0, -18], [0, 18], [-30, 0], [30, 0], [0, -36], [0, 36]] : [[0, 0]];
    var place = tries.filter(function (t) { return free([at[0] + t[0] - w, at[1] + t[1] - tall, at[0] + t[0] + w, at[1] + t[1] + tall], true); })[0];
    if (!place) { return; }
    at = [at[0] + place[0], at[1] + place[1]];
    free([at[0] - w, at[1] - tall, at[0] + w, at[1] + tall]);
    pen.lineWidth = 3; pen.strokeStyle = "rgba(255,255,255,.9)"; pen.fillStyle = note ? "#c8452b" : "#1c2126";
    lines.forEach(function (line, n) {
      var y = at[1] - tall + 9 + 18 * n;
      pen.strokeText(line, at[0], y); pen.fillText(line, at[0], y);
    });
  }
  function flag(feature, count) {
    var at = feature.l ? toScreen(feature.l[0] / 10, feature.l[1] / 10) : toScreen(feature.runs[0][0], feature.runs[0][1]);
    pen.beginPath(); pen.arc(at[0] + 10, at[1] - 12, 9, 0, 7); pen.fillStyle = "#c8452b"; pen.fill();
    pen.fillStyle = "#ffffff"; pen.font = "bold 11px sans-serif"; pen.textAlign = "center"; pen.textBaseline = "middle";
    pen.fillText(String(count), at[0] + 10, at[1] - 12);
  }
  function draw() {
    pen.setTransform(size.dpr, 0, 0, size.dpr, 0, 0);
    pen.clearRect(0, 0, size.w, size.h);
    pen.lineJoin = "round"; taken = [];
    layers.forEach(function (layer) {
      if (!layer.shown) { return; }
      layer.features.forEach(function (feature) { if (seen(feature)) { paintFeature(feature, false); } });
    });
    if (chosen) { paintFeature(chosen, true); }
    // What is always named goes before what is named where there is room.
    [true, false].forEach(function (always) {
      layers.slice().reverse().forEach(function (layer) {
        if (layer.shown && layer.labels && !!layer.always === always) { layer.features.forEach(function (f) { if (seen(f)) { label(f); } }); }
      });
    });
    Object.keys(threads()).forEach(function (key) {
      var feature = find(key);
      if (feature && feature.runs.length && seen(feature)) { flag(feature, threads()[key].length); }
    });
    scaleBar();
  }
  function scaleBar() {
    var most = 140 / view.scale, power = Math.pow(10, Math.floor(Math.log(most) / Math.LN10)), lead = most / power;
    var length = (lead >= 5 ? 5 : lead >= 2 ? 2 : 1) * power;
    byId("bar-line").style.width = length * view.scale + "px";
    byId("bar-text").textContent = length >= 1000 ? length / 1000 + " km" : length + " m";
  }

  // Finding what is under the pointer: the topmost of what is shown.
  function inRing(run, x, y) {
    var inside = false;
    for (var i = 0, j = run.length - 2; i < run.length; j = i, i += 2) {
      if ((run[i + 1] > y) !== (run[j + 1] > y) && x < (run[j] - run[i]) * (y - run[i + 1]) / (run[j + 1] - run[i + 1]) + run[i]) { inside = !inside; }
    }
    return inside;
  }
  function away(run, x, y) {
    var best = Infinity;
    for (var i = 0; i + 3 < run.length; i += 2) {
      var ax = run[i], ay = run[i + 1], dx = run[i + 2] - ax, dy = run[i + 3] - ay, l = dx * dx + dy * dy;
      var t = l > 0 ? Math.max(0, Math.min(1, ((x - ax) * dx + (y - ay) * dy) / l)) : 0;
      best = Math.min(best, Math.sqrt(Math.pow(x - ax - t * dx, 2) + Math.pow(y - ay - t * dy, 2)));
    }
    return best;
  }
  function hit(feature, x, y) {
    var reach = 8 / view.scale;
    if (feature.layer.kind === "point") {
      return feature.runs.some(function (run) { return Math.abs(run[0] - x) < reach && Math.abs(run[1] - y) < reach; });
    }
    if (feature.layer.kind === "line") { return feature.runs.some(function (run) { return away(run, x, y) < reach * 0.7; }); }
    return feature.runs.filter(function (run) { return inRing(run, x, y); }).length % 2 === 1;
  }
  function pick(px, py) {
    var at = toWorld(px, py);
    for (var n = layers.length - 1; n >= 0; n--) {
      if (!layers[n].shown || !layers[n].about) { continue; }
      var list = layers[n].features;
      for (var i = list.length - 1; i >= 0; i--) { if (hit(list[i], at[0], at[1])) { return list[i]; } }
    }
    return null;
  }

  // Comments. Kept in the browser where it lets us; saved as a file that goes back to the plan.
  var store = "lianpian-comments-" + data.stamp.plan_hash + "-" + (data.stamp.unit || "");
  var comments = [], saved = true;
  try { comments = JSON.parse(window.localStorage.getItem(store) || "[]") || []; } catch (refused) { comments = []; }
  var grouped = null;
  function keyOf(about, id) { return about + ":" + id; }
  function threads() {
    if (!grouped) {
      grouped = {};
      comments.forEach(function (c) { var key = keyOf(c.about, c.id); (grouped[key] = grouped[key] || []).push(c); });
    }
    return grouped;
  }
  var index = {};
  layers.forEach(function (layer) {
    if (layer.about) { layer.features.forEach(function (f) { index[keyOf(layer.about, f.id)] = f; }); }
  });
  function find(key) { return Object.prototype.hasOwnProperty.call(index, key) ? index[key] : null; }
  function keep() {
    grouped = null;
    try { window.localStorage.setItem(store, JSON.stringify(comments)); } catch (refused) { /* Then they are kept until the page is closed. */ }
    list(); later();
  }
  function today() {
    var d = new Date(), two = function (n) { return (n < 10 ? "0" : "") + n; };
    return d.getFullYear() + "-" + two(d.getMonth() + 1) + "-" + two(d.getDate());
  }
  function save() {
    var text = JSON.stringify({ format: "lianpian-comments", version: 1, plan_hash: data.stamp.plan_hash, title: data.stamp.title, unit: data.stamp.unit, comments: comments }, null, 1);
    var name = words.file + ".json", blob = new Blob([text], { type: "application/json" });
    if (window.navigator.msSaveBlob) { window.navigator.msSaveBlob(blob, name); } else {
      var link = element("a"); link.href = URL.createObjectURL(blob); link.download = name;
      document.body.appendChild(link); link.click(); document.body.removeChild(link);
    }
    saved = true;
  }
  function load(text) {
    var read;
    try { read = JSON.parse(text); } catch (broken) { read = null; }
    if (!read || read.format !== "lianpian-comments" || !Array.isArray(read.comments)) { window.alert(words.notComments); return; }
    var have = {}, mark = function (c) { return JSON.stringify([c.about, c.id, c.text, c.unit, c.author, c.date]); };
    comments.forEach(function (c) { have[mark(c)] = true; });
    read.comments.forEach(function (c) {
      if (c && typeof c.text === "string" && typeof c.about === "string" && typeof c.id === "string" && !have[mark(c)]) { comments.push(c); have[mark(c)] = true; }
    });
    keep();
  }

  // Panels.
  // Signs of the legend are drawn by what draws the map; as pictures they are printed where backgrounds are not.
  function sign(look, kind) {
    var made = element("canvas", "sign"), w = 22, h = 14;
    made.width = 3 * w; made.height = 3 * h;
    var pen = made.getContext("2d");
    pen.setTransform(3, 0, 0, 3, 0, 0); pen.lineJoin = "round";
    if (kind === "point") { paintSign(pen, [w / 2, h / 2 + (look.sign === "triangle" ? 1 : 0)], look, 5.2, { line: "#ffffff", width: 1 }); return made; }
    pen.beginPath();
    if (kind === "line") { pen.moveTo(0, h / 2); pen.lineTo(w, h / 2); } else { pen.rect(1, 1, w - 2, h - 2); }
    if (kind === "area" && look.fill) { pen.fillStyle = look.fill; pen.fill(); }
    if (look.line) { pen.strokeStyle = look.line; pen.lineWidth = Math.min(look.width || 1, 2.5); pen.setLineDash(look.dash || []); pen.stroke(); }
    if (look.hatch) { paintHatch(pen, look.hatch, [1, 1, w - 1, h - 1], [3, 0]); }
    return made;
  }
  function layerList() {
    var box = byId("layers");
    layers.slice().reverse().forEach(function (layer) {
      var group = element("div", layer.shown ? "group" : "group off"), row = element("label", "layer"), check = element("input");
      check.type = "checkbox"; check.checked = layer.shown; check.id = "layer-" + layer.id;
      layer.turn = function (shown) { layer.shown = check.checked = shown; group.className = shown ? "group" : "group off"; later(); };
      check.addEventListener("change", function () { layer.turn(check.checked); });
      row.appendChild(check);
      if (!layer.styles[0].name) { row.appendChild(sign(layer.styles[0], layer.kind)); }
      row.appendChild(element("span", null, layer.name));
      row.appendChild(element("span", "count", layer.features.length));
      group.appendChild(row);
      layer.styles.forEach(function (look, n) {
        var count = layer.features.filter(function (f) { return (f.s || 0) === n; }).length;
        if (!look.name || !count) { return; }
        var entry = element("div", "entry");
        entry.appendChild(sign(look, layer.kind)); entry.appendChild(element("span", null, look.name));
        entry.appendChild(element("span", "count", count));
        group.appendChild(entry);
      });
      box.appendChild(group);
    });
  }
  // Where the window is too narrow for the legend beside the map, a button lays it over the map.
  function legend(open) {
    document.body.className = open ? "legend-open" : "";
    byId("legend").setAttribute("aria-expanded", String(open));
  }
  function legendOpen() { return document.body.className === "legend-open"; }
  function choose(feature, go) {
    chosen = feature;
    if (feature && go && feature.runs.length) {
      var b = feature.box, r = Math.max((b[2] - b[0]), (b[3] - b[1]), 60);
      show([b[0] - r, b[1] - r, b[2] + r, b[3] + r]);
    }
    panel(); later();
  }
  function commentRow(c) {
    var row = element("div", "comment", c.text);
    var meta = element("div", "meta", [c.unit, c.author, c.date].filter(Boolean).join(" · ") + " ");
    var drop = element("button", null, words.remove);
    drop.type = "button";
    drop.addEventListener("click", function () { comments.splice(comments.indexOf(c), 1); saved = false; keep(); panel(); });
    meta.appendChild(drop); row.appendChild(meta);
    return row;
  }
  var writer = { unit: data.stamp.unit || "", author: "" };
  function panel() {
    var box = byId("feature"); empty(box);
    bare();
    if (!chosen) { box.appendChild(element("p", "quiet", words.chooseFirst)); return; }
    var layer = chosen.layer;
    box.appendChild(element("h3", null, chosen.n || chosen.id));
    box.appendChild(element("div", "kind", layer.name + " " + chosen.id));
    var table = element("table");
    layer.fields.forEach(function (field, n) {
      var value = chosen.p[n];
      if (value === null || value === undefined || value === "") { return; }
      var row = element("tr"); row.appendChild(element("td", null, field)); row.appendChild(element("td", null, value)); table.appendChild(row);
    });
    box.appendChild(table);
    var district = chosen.d ? find(keyOf("district", chosen.d)) : null;
    if (district) {
      var go = element("button", null, words.district + " " + (district.n || district.id)); go.type = "button"; go.id = "to-district";
      go.addEventListener("click", function () { choose(district, false); });
      box.appendChild(go);
    }
    (threads()[keyOf(layer.about, chosen.id)] || []).forEach(function (c) { box.appendChild(commentRow(c)); });
    var text = element("textarea"); text.id = "comment-text"; text.setAttribute("aria-label", words.comment); text.placeholder = words.comment; text.maxLength = 10000;
    var unit = element("input"); unit.id = "comment-unit"; unit.setAttribute("aria-label", words.unit); unit.placeholder = words.unit; unit.value = writer.unit; unit.maxLength = 200;
    var author = element("input"); author.id = "comment-author"; author.setAttribute("aria-label", words.author); author.placeholder = words.author; author.value = writer.author; author.maxLength = 100;
    var add = element("button", "first", words.add); add.type = "button"; add.id = "comment-add"; add.disabled = true;
    text.addEventListener("input", function () { add.disabled = !text.value.trim(); });
    add.addEventListener("click", function () {
      writer = { unit: unit.value.trim(), author: author.value.trim() };
      comments.push({ about: layer.about, id: chosen.id, name: chosen.n || "", state: chosen.h || "", text: text.value.trim(), unit: writer.unit, author: writer.author, date: today() });
      saved = false; keep(); panel();
    });
    var row = element("div", "row"); row.appendChild(unit); row.appendChild(author);
    box.appendChild(text); box.appendChild(row); box.appendChild(add);
  }
  // A page of lists is printed where there is something to list.
  function bare() { byId("lists").className = chosen || comments.length ? "" : "bare"; }
  function list() {
    var box = byId("list"); empty(box);
    bare();
    byId("list-title").textContent = words.all + " " + comments.length;
    byId("save").disabled = !comments.length;
    if (!comments.length) { box.appendChild(element("p", "quiet", words.none)); }
    comments.forEach(function (c) {
      var feature = find(keyOf(c.about, c.id)), row = element("button", "hit", c.name || c.id);
      row.type = "button"; row.appendChild(element("small", feature ? "short" : "short bad", c.text.slice(0, 40)));
      row.appendChild(element("span", "full", c.text + " " + [c.unit, c.author, c.date].filter(Boolean).join(" · ")));
      row.addEventListener("click", function () { if (feature) { choose(feature, true); } });
      box.appendChild(row);
    });
  }
  // What is called or numbered so comes first, then what begins so, then what has it somewhere; findings, whose names are
  // sentences about other things, come last.
  var ORDER = ["district", "compound", "item", "pipe"];
  function rank(feature, wanted) {
    var name = (feature.n || "").toLowerCase(), id = String(feature.id).toLowerCase(), at = [name.indexOf(wanted), id.indexOf(wanted)];
    if (at[0] < 0 && at[1] < 0) { return -1; }
    var first = name === wanted || id === wanted ? 0 : at[0] === 0 || at[1] === 0 ? 1 : 2, order = ORDER.indexOf(feature.layer.about);
    return order < 0 ? 100 + first : 10 * first + order;
  }
  function matches(wanted) {
    var found = [];
    layers.forEach(function (layer) {
      if (!layer.about) { return; }
      layer.features.forEach(function (feature) {
        var r = rank(feature, wanted);
        if (r >= 0) { found.push({ rank: r, n: found.length, feature: feature }); }
      });
    });
    found.sort(function (a, b) { return a.rank - b.rank || a.n - b.n; });
    return found.slice(0, 50);
  }
  function search() {
    var wanted = byId("search").value.trim().toLowerCase(), box = byId("results"); empty(box);
    box.hidden = !wanted;
    if (!wanted) { return; }
    var found = matches(wanted);
    found.forEach(function (match) {
      var feature = match.feature, layer = feature.layer;
      var row = element("button", "hit", feature.n || feature.id); row.type = "button";
      row.appendChild(element("small", null, layer.name + " " + feature.id));
      row.addEventListener("click", function () { layer.turn(true); choose(feature, true); });
      box.appendChild(row);
    });
    if (!found.length) { box.appendChild(element("p", "quiet", words.noHit)); }
  }

  // Hands.
  var drag = null;
  function point(event) { var box = canvas.getBoundingClientRect(); return [event.clientX - box.left, event.clientY - box.top]; }
  canvas.addEventListener("mousedown", function (event) { var at = point(event); drag = { at: at, start: at, moved: false }; });
  window.addEventListener("mousemove", function (event) {
    if (!drag) { return; }
    var at = point(event);
    if (Math.abs(at[0] - drag.start[0]) + Math.abs(at[1] - drag.start[1]) > 4) { drag.moved = true; }
    view.whole = false; view.x -= (at[0] - drag.at[0]) / view.scale; view.y += (at[1] - drag.at[1]) / view.scale;
    drag.at = at; later();
  });
  window.addEventListener("mouseup", function () {
    if (drag && !drag.moved) { choose(pick(drag.start[0], drag.start[1]), false); }
    drag = null;
  });
  function zoom(factor, px, py) {
    var before = toWorld(px, py);
    view.whole = false;
    view.scale = Math.max(0.0005, Math.min(200, view.scale * factor));
    var after = toWorld(px, py);
    view.x += before[0] - after[0]; view.y += before[1] - after[1]; later();
  }
  canvas.addEventListener("wheel", function (event) { var at = point(event); event.preventDefault(); zoom(event.deltaY < 0 ? 1.25 : 0.8, at[0], at[1]); }, { passive: false });
  canvas.addEventListener("keydown", function (event) {
    var step = 80 / view.scale, key = event.key;
    if (key === "ArrowLeft") { view.x -= step; } else if (key === "ArrowRight") { view.x += step; }
    else if (key === "ArrowUp") { view.y += step; } else if (key === "ArrowDown") { view.y -= step; }
    else if (key === "+" || key === "=") { zoom(1.25, size.w / 2, size.h / 2); } else if (key === "-") { zoom(0.8, size.w / 2, size.h / 2); }
    else { return; }
    view.whole = false; event.preventDefault(); later();
  });
  byId("in").addEventListener("click", function () { zoom(1.5, size.w / 2, size.h / 2); });
  byId("out").addEventListener("click", function () { zoom(1 / 1.5, size.w / 2, size.h / 2); });
  byId("whole").addEventListener("click", whole);
  byId("legend").addEventListener("click", function () { legend(!legendOpen()); });
  document.addEventListener("keydown", function (event) { if (event.key === "Escape" || event.key === "Esc") { legend(false); } });
  byId("search").addEventListener("input", search);
  byId("save").addEventListener("click", save);
  byId("load").addEventListener("click", function () { byId("file").click(); });
  byId("file").addEventListener("change", function (event) {
    var file = event.target.files[0];
    if (!file) { return; }
    var reader = new FileReader();
    reader.onload = function () { load(String(reader.result)); event.target.value = ""; };
    reader.readAsText(file, "utf-8");
  });
  byId("print").addEventListener("click", function () { window.print(); });
  window.addEventListener("resize", resize);
  if (window.matchMedia) {
    var print = window.matchMedia("print"), onPrint = function (event) { if (event.matches) { toPaper(); } else { fromPaper(); } };
    if (print.addEventListener) { print.addEventListener("change", onPrint); } else if (print.addListener) { print.addListener(onPrint); }
  }
  window.addEventListener("beforeprint", toPaper);
  window.addEventListener("afterprint", fromPaper);
  window.addEventListener("beforeunload", function (event) { if (!saved && comments.length) { event.preventDefault(); event.returnValue = ""; } });

  byId("title").textContent = data.title;
  byId("subtitle").textContent = data.subtitle;
  byId("search").placeholder = words.search; byId("search").setAttribute("aria-label", words.search);
  [["load", words.load], ["save", words.save], ["print", words.print], ["whole", words.whole], ["layers-title", words.layers], ["legend", words.layers], ["about-title", words.about], ["north", words.north], ["notes", data.notes.join(" · ")]].forEach(function (pair) { byId(pair[0]).textContent = pair[1]; });
  canvas.setAttribute("aria-label", words.map);
  data.about.forEach(function (pair) { byId("about").appendChild(element("dt", null, pair[0])); byId("about").appendChild(element("dd", null, pair[1])); });
  layerList(); legend(false); panel(); list(); resize(); whole();
}());
