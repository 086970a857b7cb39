namespace SmartCityIoT.Dashboard.Stream;

/// <summary>Reads the journal's state for the screens; the program, which knows the journal, says how.</summary>
public sealed class JournalGauge(Func<JournalView> read)
{
    public JournalView Read() => read();
}
