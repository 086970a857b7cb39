using SmartCityIoT.LoadTest.Figures;

namespace SmartCityIoT.Benchmarks.Storage;

/// <summary>Prints figures as a table for benchmarks/README.md.</summary>
internal static class FigureTable
{
    public static void Progress(string text) => Console.Error.WriteLine("… " + text);

    /// <param name="circumstances">What else the machine did meanwhile.</param>
    public static void Print(IReadOnlyList<Figure> figures, string circumstances)
    {
        var machine = Machine.Current;
        Console.WriteLine($"{machine.Runtime}, {machine.Processor}, {machine.Cores} cores, {circumstances}");
        Console.WriteLine();
        Console.WriteLine("| figure | bar | met | median (min to max) |");
        Console.WriteLine("|---|---|---|---|");
        foreach (var figure in figures) Console.WriteLine(Row(figure));
    }

    private static string Row(Figure figure)
    {
        var bar = figure switch
        {
            { Bar: { } most } => $"≤ {Text(most)} {figure.Unit}",
            { Floor: { } least } => $"≥ {Text(least)} {figure.Unit}",
            _ => "",
        };
        var met = figure.IsMet switch
        {
            true => "met",
            false => "missed",
            null => "",
        };
        var spread = figure.Runs.Count > 1 ? $" ({Text(figure.Min)} to {Text(figure.Max)})" : "";
        return $"| {figure.Name} | {bar} | {met} | {Text(figure.Median)} {figure.Unit}{spread} |";
    }

    private static string Text(double value) => value switch
    {
        >= 1_000 => FormattableString.Invariant($"{value:N0}"),
        >= 100 => FormattableString.Invariant($"{value:0}"),
        _ => FormattableString.Invariant($"{value:0.##}"),
    };
}
