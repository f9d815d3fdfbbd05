# SPDX-License-Identifier: Apache-2.0
# PowerShell completion for edgekms. Where no word fits, PowerShell offers names of files by itself.
Register-ArgumentCompleter -Native -CommandName edgekms -ScriptBlock {
  param($word, $line, $cursor)
  $before = @($line.CommandElements | Where-Object { $_.Extent.EndOffset -lt $cursor } | Select-Object -Skip 1 | ForEach-Object { $_.ToString() })
  $lines = @(edgekms complete '--' @before "=$word" 2>$null)
  $lines | Select-Object -Skip 1 | ForEach-Object {
    $value, $about = $_ -split [char]9, 2
    if (-not $about) { $about = $value }
    [System.Management.Automation.CompletionResult]::new($value, $value, 'ParameterValue', $about)
  }
}
