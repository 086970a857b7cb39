using System.Text.Encodings.Web;
using System.Text.Json;
using SmartCityIoT.LoadTest.Platform;

namespace SmartCityIoT.LoadTest.Figures;

/// <summary>Says how often to measure, and prints the result: one JSON line on standard output, lines for people on standard error.</summary>
internal sealed class Reporter(ProgramUnderTest program, int runs)
{
    private static readonly JsonSerializerOptions Format = new(JsonSerializerDefaults.Web) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly string loadBefore = Machine.Load;

    public int Runs { get; } = runs;

    public static void Progress(string text) => Console.Error.WriteLine("… " + text);

    /// <param name="options">What the measurement was made with.</param>
    public void Report(string measurement, object options, IReadOnlyList<Figure> figures)
    {
        var report = new
        {
            measurement,
            at = TimeProvider.System.GetUtcNow().ToString("yyyy-MM-ddTHH:mm:ssZ", System.Globalization.CultureInfo.InvariantCulture),
            figures,
            options,
            runs = Runs,
            program.Version,
            program.Settings,
            machine = Machine.Current,
            loadBefore,
            loadAfter = Machine.Load,
        };
        Console.WriteLine(JsonSerializer.Serialize(report, Format));
        Console.Error.WriteLine($"{measurement}, load average {loadBefore} before, {report.loadAfter} after:");
        foreach (var figure in figures) Console.Error.WriteLine("  " + figure);
    }
}
