using System.Text;
using SmartCityIoT.LoadTest.Servers;

namespace SmartCityIoT.LoadTest.Tests.Servers;

public class DiscardingSinkTests
{
    [Fact]
    public async Task Lines_are_counted_whatever_pieces_they_come_in()
    {
        using var sink = new DiscardingSink();
        using var http = new HttpClient { BaseAddress = sink.Url };
        foreach (var lines in (int[])[1, 5_000, 40_000])
        {
            using var content = new ByteArrayContent(Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat("water,device=1 flow=1 1\n", lines))));
            using var answer = await http.PostAsync(new Uri("/write?db=x", UriKind.Relative), content);
            Assert.Equal(204, (int)answer.StatusCode);
        }

        Assert.Equal((45_001, 45_001 * 24, 0), (sink.Lines, sink.Bytes, sink.Compressed));
    }

    [Fact]
    public async Task Questions_are_answered_and_not_counted()
    {
        using var sink = new DiscardingSink();
        using var http = new HttpClient { BaseAddress = sink.Url };
        using var question = new FormUrlEncodedContent([new("q", "CREATE DATABASE \"x\"\n")]);
        using var answer = await http.PostAsync(new Uri("/query", UriKind.Relative), question);
        Assert.Contains("results", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        using var ping = await http.GetAsync(new Uri("/ping", UriKind.Relative));
        Assert.Equal((204, 0), ((int)ping.StatusCode, sink.Lines));
    }

    [Fact]
    public async Task A_closed_sink_refuses_and_comes_back_on_its_port()
    {
        using var sink = new DiscardingSink();
        using var http = new HttpClient { BaseAddress = sink.Url };
        using (await http.GetAsync(new Uri("/ping", UriKind.Relative)))
        {
        }

        sink.Close();
        await Assert.ThrowsAsync<HttpRequestException>(() => http.GetAsync(new Uri("/ping", UriKind.Relative)));
        sink.Open();
        using var ping = await http.GetAsync(new Uri("/ping", UriKind.Relative));
        Assert.Equal(204, (int)ping.StatusCode);
    }
}
