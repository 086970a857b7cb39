using System.Text.Json;
using System.Text.Json.Serialization;
using SmartCityIoT.Telemetry;

namespace SmartCityIoT.FirmwareSim.Firmware;

/// <summary>
/// What the devices of a simulation keep over a restart: secret, boot counter, and what faults did to a meter. One JSON
/// file for all, <c>{ "devices": { "0a73…": { "secret": "…", "boot": 3 } } }</c>, readable by its owner alone.
/// Safe for several threads.
/// </summary>
public sealed partial class FirmwareFlash
{
    private readonly Lock gate = new();
    private readonly string? path;
    private readonly Dictionary<ulong, Cell> cells = [];

    private FirmwareFlash(string? path) => this.path = path;

    /// <summary>A flash that ends with the process.</summary>
    public static FirmwareFlash InMemory() => new(null);

    /// <summary>Reads a file, or begins an empty flash where there is none; <see cref="Save"/> writes it.</summary>
    /// <exception cref="InvalidDataException">The file cannot be read; one line that says why.</exception>
    public static FirmwareFlash Open(string path)
    {
        var flash = new FirmwareFlash(path);
        if (!File.Exists(path)) return flash;
        try
        {
            var file = JsonSerializer.Deserialize(File.ReadAllBytes(path), FlashJson.Default.FlashFile);
            foreach (var (text, cell) in file?.Devices ?? [])
            {
                if (!DeviceId.TryParse(text, out var device)) throw new InvalidDataException($"{path}: \"{text}\" is no device id of 16 hex digits");
                flash.cells[device] = cell;
            }
        }
        catch (Exception exception) when (exception is JsonException or IOException or UnauthorizedAccessException)
        {
            throw new InvalidDataException($"{path}: {exception.Message}", exception);
        }

        return flash;
    }

    /// <summary>The device's secret, or null where none was given: it then logs in without a password.</summary>
    public string? SecretOf(ulong device)
    {
        lock (gate) return cells.GetValueOrDefault(device)?.Secret;
    }

    public void SetSecret(ulong device, string secret)
    {
        lock (gate) CellOf(device).Secret = secret;
    }

    /// <summary>Writes the file, all of it or nothing.</summary>
    /// <exception cref="IOException">The folder cannot be written.</exception>
    public void Save()
    {
        if (path is null) return;
        lock (gate)
        {
            var file = new FlashFile(cells.OrderBy(cell => cell.Key).ToDictionary(cell => DeviceId.Format(cell.Key), cell => cell.Value));
            var draft = path + ".new";
            var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
            if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            File.Delete(draft);
            using (var stream = new FileStream(draft, options)) JsonSerializer.Serialize(stream, file, FlashJson.Default.FlashFile);
            File.Move(draft, path, overwrite: true);
        }
    }

    /// <summary>Counts a restart. The caller saves before the first frame with this counter leaves.</summary>
    internal byte NextBoot(ulong device)
    {
        lock (gate) return ++CellOf(device).Boot;
    }

    internal double CarriedOf(ulong device)
    {
        lock (gate) return cells.GetValueOrDefault(device)?.Carried ?? 0;
    }

    internal void SetCarried(ulong device, double carried)
    {
        lock (gate) CellOf(device).Carried = carried;
    }

    private Cell CellOf(ulong device)
    {
        if (cells.TryGetValue(device, out var cell)) return cell;
        return cells[device] = new Cell();
    }

    private sealed record FlashFile(Dictionary<string, Cell> Devices);

    private sealed class Cell
    {
        [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
        public string? Secret { get; set; }

        public byte Boot { get; set; }

        [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
        public double Carried { get; set; }
    }

    [JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
    [JsonSerializable(typeof(FlashFile))]
    private sealed partial class FlashJson : JsonSerializerContext;
}
