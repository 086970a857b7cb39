namespace SmartCityIoT.Ingestion.Receive.Dial;

/// <summary>Which of several links to brokers are down. The part of the platform that they make up is up when none is.</summary>
internal sealed class LinkBoard(PlatformState platform)
{
    private readonly Lock gate = new();
    private readonly SortedDictionary<string, string> down = new(StringComparer.Ordinal);

    public void Up(string link)
    {
        lock (gate)
        {
            down.Remove(link);
            Report();
        }
    }

    /// <param name="why">One line for operators.</param>
    public void Down(string link, string why)
    {
        lock (gate)
        {
            down[link] = why;
            Report();
        }
    }

    private void Report()
    {
        if (down.Count == 0) platform.Up(PlatformPart.Broker);
        else platform.Down(PlatformPart.Broker, string.Join("; ", down.Values));
    }
}
