%% A console for tests: answers each line, an Erlang expression, with {ok, Value} or {Class, Reason}.
%% It belongs to no application, so it goes on while the broker is stopped.
Port = list_to_integer(os:getenv("WISSEL_CONSOLE_PORT")),
Evaluate = fun(Line) ->
    {ok, Tokens, _} = erl_scan:string(Line),
    {ok, Expressions} = erl_parse:parse_exprs(Tokens),
    {value, Value, _} = erl_eval:exprs(Expressions, []),
    Value
end,
Serve = fun Serve(Socket) ->
    case gen_tcp:recv(Socket, 0) of
        {ok, Line} ->
            Answer = try {ok, Evaluate(binary_to_list(Line))} catch Class:Reason -> {Class, Reason} end,
            Text = unicode:characters_to_binary(io_lib:format("~0p~n", [Answer])),
            _ = gen_tcp:send(Socket, Text),
            Serve(Socket);
        {error, _} ->
            gen_tcp:close(Socket)
    end
end,
spawn(fun() ->
    Options = [binary, {ip, {127, 0, 0, 1}}, {packet, line}, {active, false}, {reuseaddr, true}, {buffer, 65536}],
    {ok, Listener} = gen_tcp:listen(Port, Options),
    Accept = fun Accept() ->
        {ok, Socket} = gen_tcp:accept(Listener),
        Server = spawn(fun() -> receive go -> Serve(Socket) end end),
        ok = gen_tcp:controlling_process(Socket, Server),
        Server ! go,
        Accept()
    end,
    Accept()
end).
