using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace SmartCityIoT.Journal.Tests;

/// <summary>Keeps the lines of a log.</summary>
internal sealed class CapturedLog : ILogger
{
    public ConcurrentQueue<(int Event, string Line)> Lines { get; } = [];

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        Lines.Enqueue((eventId.Id, formatter(state, exception)));
}
