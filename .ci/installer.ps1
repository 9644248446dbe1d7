# Installs debtlint: fetches the archive for Windows, compares it with the sum below, and puts the program into
# DEBTLINT_INSTALL_DIR, or the programs of the user.
$ErrorActionPreference = 'Stop'
$address = '@ADDRESS@'
$sums = @'
@SUMS@
'@
$line = $sums -split "`n" | Where-Object { $_ -match '-x86_64-pc-windows-msvc\.zip\s*$' } | Select-Object -First 1
if (-not $line) { throw 'debtlint is not installed: there is no archive for Windows' }
$sum, $archive = $line.Trim() -split '\s+'
$work = Join-Path ([IO.Path]::GetTempPath()) ([Guid]::NewGuid())
New-Item -ItemType Directory -Path $work | Out-Null
try {
    $file = Join-Path $work $archive
    Invoke-WebRequest -UseBasicParsing -Uri "$address/$archive" -OutFile $file
    if ((Get-FileHash -Algorithm SHA256 $file).Hash.ToLower() -ne $sum) {
        throw "debtlint is not installed: $archive is not the one that this installer knows: its sum is another"
    }
    Expand-Archive -Path $file -DestinationPath $work
    $into = if ($env:DEBTLINT_INSTALL_DIR) { $env:DEBTLINT_INSTALL_DIR } else { Join-Path $env:LOCALAPPDATA 'Programs\debtlint' }
    New-Item -ItemType Directory -Force -Path $into | Out-Null
    $folder = Join-Path $work ([IO.Path]::GetFileNameWithoutExtension($archive))
    Copy-Item -Force (Join-Path $folder 'debtlint.exe') $into
    Write-Output "debtlint is installed as $(Join-Path $into 'debtlint.exe')"
} finally {
    Remove-Item -Recurse -Force $work
}
